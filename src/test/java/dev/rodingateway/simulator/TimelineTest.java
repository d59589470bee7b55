package dev.rodingateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimelineTest {

    private static final Duration LENGTH = Duration.ofDays(1);
    private static final Timeline TIMELINE = new Timeline(LENGTH);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 315})
    void endsExactlyAtItsLengthWhateverTheNumberOfJobs(int count) {
        List<ScriptedJob> jobs = Collections.nCopies(count, new ScriptedJob("j", Fate.DONE));

        assertThat(statuses(LENGTH.minusNanos(1), jobs).get(count - 1)).isEqualTo("Generating");
        assertThat(statuses(LENGTH, jobs)).hasSize(count).containsOnly("Done");
    }

    @Test
    void timeBeforeTheStartCountsAsTheStart() {
        assertThat(statuses(Duration.ofSeconds(-1), List.of(new ScriptedJob("j", Fate.DONE))))
                .containsExactly("Waiting");
    }

    @Test
    void queueLengthOfAWaitingJobDecreasesAndIsSometimesSent() {
        // Given
        Timeline fourteenSeconds = new Timeline(Duration.ofSeconds(14));
        List<ScriptedJob> jobs = Collections.nCopies(3, new ScriptedJob("j", Fate.DONE));

        // When
        List<Long> ofTheThird = new ArrayList<>();
        for (int second = 0; second < 10; second++) {
            JsonNode third =
                    fourteenSeconds.after(Duration.ofSeconds(second), jobs).get(2);
            ofTheThird.add(third.path("queue_length").longValue());
        }

        // Then
        assertThat(ofTheThird).containsExactly(10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
        assertThat(TIMELINE.after(Duration.ZERO, jobs).get(1).has("queue_length"))
                .isFalse();
    }

    @Test
    void onlyAWaitingJobHasAQueueLength() {
        List<ScriptedJob> jobs = Stream.of(Fate.DONE, Fate.DONE, Fate.STUCK)
                .map(fate -> new ScriptedJob("j", fate))
                .toList();

        assertThat(TIMELINE.after(LENGTH.dividedBy(2), jobs)).noneMatch(job -> job.has("queue_length"));
    }

    private static List<String> statuses(Duration elapsed, List<ScriptedJob> jobs) {
        return TIMELINE.after(elapsed, jobs).findValuesAsText("status");
    }
}
