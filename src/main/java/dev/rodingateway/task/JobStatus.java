package dev.rodingateway.task;

/** Where one job stands. */
public enum JobStatus {
    /** In Rodin's queue. */
    WAITING,
    /** A worker runs it. */
    GENERATING,
    /** Finished. */
    DONE,
    /** Failed; Rodin gives no reason. */
    FAILED,
    /** Ended without success, on request. */
    CANCELED,
    /** Rodin used a word that we do not know, or none that could be read. */
    UNKNOWN;

    /** Returns whether the job will not change again. */
    public boolean terminal() {
        return switch (this) {
            case DONE, FAILED, CANCELED -> true;
            case WAITING, GENERATING, UNKNOWN -> false;
        };
    }
}
