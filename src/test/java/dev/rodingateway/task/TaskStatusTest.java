package dev.rodingateway.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskStatusTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    # 1. no jobs: waiting, never done
                    ''                           | waiting    | false | 0 | 0
                    # 2. every job terminal: failed before canceled before done
                    done                         | done       | true  | 1 | 1
                    done done done               | done       | true  | 3 | 3
                    failed                       | failed     | true  | 1 | 1
                    done failed                  | failed     | true  | 2 | 2
                    failed canceled              | failed     | true  | 2 | 2
                    canceled failed done         | failed     | true  | 3 | 3
                    canceled                     | canceled   | true  | 1 | 1
                    done canceled                | canceled   | true  | 2 | 2
                    # 3. otherwise: waiting if every job is waiting, else generating
                    waiting                      | waiting    | false | 0 | 1
                    waiting waiting              | waiting    | false | 0 | 2
                    generating                   | generating | false | 0 | 1
                    waiting generating           | generating | false | 0 | 2
                    done waiting                 | generating | false | 1 | 2
                    canceled waiting             | generating | false | 1 | 2
                    # a failed job beside a running one is not the end
                    failed generating            | generating | false | 1 | 2
                    failed waiting               | generating | false | 1 | 2
                    # unknown jobs are not terminal, and not waiting
                    unknown                      | generating | false | 0 | 1
                    waiting unknown              | generating | false | 0 | 2
                    done unknown                 | generating | false | 1 | 2
                    failed unknown               | generating | false | 1 | 2
                    """)
    void overallStatusIsDerivedFromTheJobs(String jobs, String overall, boolean terminal, int finished, int total) {
        // When
        TaskStatus status = task(Stream.of(jobs.split(" "))
                .filter(word -> !word.isEmpty())
                .map(word -> JobStatus.valueOf(word.toUpperCase(Locale.ROOT)))
                .toList());

        // Then
        assertThat(status.overall()).isEqualTo(OverallStatus.valueOf(overall.toUpperCase(Locale.ROOT)));
        assertThat(status.terminal()).isEqualTo(terminal);
        assertThat(status.progress()).isEqualTo(new Progress(finished, total));
    }

    @Test
    void jobsAreCopied() {
        // Given
        List<Job> jobs = new ArrayList<>(List.of(new Job("j-1", JobStatus.DONE, null, null)));
        TaskStatus status = new TaskStatus(jobs);

        // When
        jobs.clear();

        // Then
        assertThat(status.jobs()).hasSize(1).isUnmodifiable();
    }

    private static TaskStatus task(List<JobStatus> jobs) {
        return new TaskStatus(
                jobs.stream().map(status -> new Job(null, status, null, null)).toList());
    }
}
