package dev.rodingateway.task;

import java.util.List;

/**
 * Where a task stands, as Rodin told it at one moment.
 *
 * @param jobs its jobs in Rodin's order; empty when Rodin knows of none yet
 */
public record TaskStatus(List<Job> jobs) {

    public TaskStatus {
        jobs = List.copyOf(jobs);
    }

    /**
     * Folds the jobs into one status. An empty list waits; a task ends only when every job has ended, so a failed job
     * beside a running one leaves it generating.
     */
    public OverallStatus overall() {
        if (!terminal()) {
            return areAll(JobStatus.WAITING) ? OverallStatus.WAITING : OverallStatus.GENERATING;
        }
        if (has(JobStatus.FAILED)) {
            return OverallStatus.FAILED;
        }
        return has(JobStatus.CANCELED) ? OverallStatus.CANCELED : OverallStatus.DONE;
    }

    /** Returns whether the task will not change again. */
    public boolean terminal() {
        // Loops, here and below, since every look-up asks.
        for (Job job : jobs) {
            if (!job.status().terminal()) {
                return false;
            }
        }
        return !jobs.isEmpty();
    }

    /** Returns how many of the jobs have ended. */
    public Progress progress() {
        int finished =
                (int) jobs.stream().filter(job -> job.status().terminal()).count();
        return new Progress(finished, jobs.size());
    }

    private boolean areAll(JobStatus status) {
        for (Job job : jobs) {
            if (job.status() != status) {
                return false;
            }
        }
        return true;
    }

    private boolean has(JobStatus status) {
        for (Job job : jobs) {
            if (job.status() == status) {
                return true;
            }
        }
        return false;
    }
}
