package dev.rodingateway.task;

import java.util.List;

/** Where a task stands, as Rodin told it at one moment. Equal to another of equal jobs. */
public final class TaskStatus {

    private final List<Job> jobs;
    private final OverallStatus overall;

    /**
     * Derives the status of a task from its jobs.
     *
     * @param jobs its jobs in Rodin's order; empty when Rodin knows of none yet
     */
    public TaskStatus(List<Job> jobs) {
        this.jobs = CompactJobs.copyOf(jobs);
        this.overall = fold(jobs.stream().map(Job::status).toList());
    }

    /** Returns its jobs in Rodin's order; empty when Rodin knows of none yet. */
    public List<Job> jobs() {
        return jobs;
    }

    /** Returns the one status that the jobs fold into. */
    public OverallStatus overall() {
        return overall;
    }

    /** Returns whether the task will not change again. */
    public boolean terminal() {
        return overall.terminal();
    }

    /** Returns how many of the jobs have ended. */
    public Progress progress() {
        int finished =
                (int) jobs.stream().filter(job -> job.status().terminal()).count();
        return new Progress(finished, jobs.size());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskStatus that && jobs.equals(that.jobs);
    }

    @Override
    public int hashCode() {
        return jobs.hashCode();
    }

    @Override
    public String toString() {
        return "TaskStatus" + jobs;
    }

    /**
     * An empty list waits; a task ends only when every job has ended, so a failed job beside a running one leaves it
     * generating.
     */
    private static OverallStatus fold(List<JobStatus> jobs) {
        if (jobs.stream().allMatch(JobStatus.WAITING::equals)) {
            return OverallStatus.WAITING;
        }
        if (!jobs.stream().allMatch(JobStatus::terminal)) {
            return OverallStatus.GENERATING;
        }
        if (jobs.contains(JobStatus.FAILED)) {
            return OverallStatus.FAILED;
        }
        return jobs.contains(JobStatus.CANCELED) ? OverallStatus.CANCELED : OverallStatus.DONE;
    }
}
