package dev.rodingateway.task;

import java.util.List;

/** The status of a task as Rodin returned it. Equal to another status with equal jobs. */
public final class TaskStatus {

    private final List<Job> jobs;
    private final OverallStatus overall;

    /**
     * Derives the status of a task from its jobs.
     *
     * @param jobs its jobs in Rodin's order; empty if Rodin has not created any yet
     */
    public TaskStatus(List<Job> jobs) {
        this.jobs = CompactJobs.copyOf(jobs);
        this.overall = overallOf(jobs.stream().map(Job::status).toList());
    }

    /** Returns its jobs in Rodin's order; empty if Rodin has not created any yet. */
    public List<Job> jobs() {
        return jobs;
    }

    /** Returns the status of the task as a whole. */
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
     * A task without jobs is waiting. A task ends only when every job has ended, so that one with a failed and a running job is
     * generating.
     */
    private static OverallStatus overallOf(List<JobStatus> jobs) {
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
