package dev.rodingateway.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class TaskStatusPropertyTest {

    @Property(tries = 1000)
    void overallStatusFollowsTheRuleOfTheContract(@ForAll List<JobStatus> jobs) {
        // When
        TaskStatus status = task(jobs);

        // Then
        assertThat(status.overall()).isEqualTo(expected(jobs));
        assertThat(status.terminal()).isEqualTo(!jobs.isEmpty() && running(jobs) == 0);
        assertThat(status.progress()).isEqualTo(new Progress(jobs.size() - running(jobs), jobs.size()));
    }

    @Property(tries = 1000)
    void orderOfJobsDoesNotMatter(@ForAll List<JobStatus> jobs, @ForAll Random random) {
        // Given
        List<JobStatus> shuffled = new ArrayList<>(jobs);
        Collections.shuffle(shuffled, random);

        // Then
        assertThat(task(shuffled).overall()).isEqualTo(task(jobs).overall());
        assertThat(task(shuffled).progress()).isEqualTo(task(jobs).progress());
    }

    /** The contract's rule, by counting. */
    private static OverallStatus expected(List<JobStatus> jobs) {
        if (Collections.frequency(jobs, JobStatus.WAITING) == jobs.size()) {
            return OverallStatus.WAITING;
        } else if (running(jobs) > 0) {
            return OverallStatus.GENERATING;
        } else if (jobs.contains(JobStatus.FAILED)) {
            return OverallStatus.FAILED;
        } else if (jobs.contains(JobStatus.CANCELED)) {
            return OverallStatus.CANCELED;
        }
        return OverallStatus.DONE;
    }

    private static int running(List<JobStatus> jobs) {
        return Collections.frequency(jobs, JobStatus.WAITING)
                + Collections.frequency(jobs, JobStatus.GENERATING)
                + Collections.frequency(jobs, JobStatus.UNKNOWN);
    }

    private static TaskStatus task(List<JobStatus> jobs) {
        return new TaskStatus(
                jobs.stream().map(status -> new Job(null, status, null, null)).toList());
    }
}
