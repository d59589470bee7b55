package dev.rodingateway.task;

/**
 * How many of a task's jobs have ended.
 *
 * @param finished jobs in a terminal state
 * @param total all jobs, at least {@code finished}
 */
public record Progress(int finished, int total) {

    public Progress {
        if (finished < 0 || finished > total) {
            throw new IllegalArgumentException("finished must be between 0 and total");
        }
    }

    /** Returns the finished share in whole percent, rounded down; 0 when there are no jobs. */
    public int percent() {
        return total == 0 ? 0 : (int) (100L * finished / total);
    }
}
