package dev.rodingateway.task;

/** The status of one job. */
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
    /** Rodin sent a status that the gateway does not know, or none that could be parsed. */
    UNKNOWN;

    /** Returns whether the job will not change again. */
    public boolean terminal() {
        return switch (this) {
            case DONE, FAILED, CANCELED -> true;
            case WAITING, GENERATING, UNKNOWN -> false;
        };
    }
}
