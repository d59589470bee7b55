package dev.rodingateway.task;

/** The status of a task, derived from its jobs. */
public enum OverallStatus {
    /** No job has begun, or none is known yet. */
    WAITING,
    /** Some job has begun and not all have ended. */
    GENERATING,
    /** Every job succeeded. */
    DONE,
    /** Every job ended, at least one of them failed. */
    FAILED,
    /** Every job ended, none failed, at least one was canceled. */
    CANCELED;

    /** Returns whether the task will not change again. */
    public boolean terminal() {
        return switch (this) {
            case DONE, FAILED, CANCELED -> true;
            case WAITING, GENERATING -> false;
        };
    }
}
