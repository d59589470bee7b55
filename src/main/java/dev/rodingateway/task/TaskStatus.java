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
            return jobs.stream().allMatch(job -> job.status() == JobStatus.WAITING)
                    ? OverallStatus.WAITING
                    : OverallStatus.GENERATING;
        }
        if (has(JobStatus.FAILED)) {
            return OverallStatus.FAILED;
        }
        return has(JobStatus.CANCELED) ? OverallStatus.CANCELED : OverallStatus.DONE;
    }

    /** Returns whether the task will not change again. */
    public boolean terminal() {
        return !jobs.isEmpty() && jobs.stream().allMatch(job -> job.status().terminal());
    }

    /** Returns how many of the jobs have ended. */
    public Progress progress() {
        int finished =
                (int) jobs.stream().filter(job -> job.status().terminal()).count();
        return new Progress(finished, jobs.size());
    }

    private boolean has(JobStatus status) {
        return jobs.stream().anyMatch(job -> job.status() == status);
    }
}
