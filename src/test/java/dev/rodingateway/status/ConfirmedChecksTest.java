package dev.rodingateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.Checked;
import dev.rodingateway.rodin.Purpose;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfirmedChecksTest {

    private static final TaskKey KEY = new TaskKey("a-key");
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ManualTime time = new ManualTime();
    private final Answers usual = new Answers();
    private final Answers onNewConnection = new Answers();
    private final TaskStatuses statuses = TaskStatusesProducer.assemble(
                    usual,
                    onNewConnection,
                    () -> 1.5,
                    new TaskStatusesProducer.Settings(
                            new DefaultFreshness(), Duration.ofMinutes(10), 100, Duration.ofHours(1), 1),
                    time.with(Runnable::run),
                    new SimpleMeterRegistry())
            .statuses();

    @Test
    void answerOfOtherJobsIsNotKeptWhenTheSecondCheckKnowsTheTaskAsBefore() {
        // Given
        known("j-1", "j-2");

        // When
        usual.add(JobStatus.DONE, "x-1");
        onNewConnection.add(JobStatus.GENERATING, "j-1", "j-2");
        expire();

        // Then
        assertThat(ids()).containsExactly("j-1", "j-2");
        assertThat(onNewConnection.asked).isEqualTo(1);
        assertThat(ids()).as("from the cache").containsExactly("j-1", "j-2");
        assertThat(usual.asked).isEqualTo(2);
    }

    @Test
    void answerOfOtherJobsIsKeptWhenTheSecondCheckAgrees() {
        // Given
        known("j-1");

        // When
        usual.add(JobStatus.GENERATING, "x-1", "x-2");
        onNewConnection.add(JobStatus.DONE, "x-1", "x-2");
        expire();

        // Then
        assertThat(ids()).containsExactly("x-1", "x-2");
        assertThat(lookUp().snapshot().status().terminal()).isTrue();
    }

    @Test
    void threeAnswersOfThreeTasksAreNone() {
        // Given
        known("j-1");

        // When
        usual.add(JobStatus.DONE, "x-1");
        onNewConnection.add(JobStatus.DONE, "y-1");
        expire();
        Answer answer = lookUp();

        // Then
        assertThat(answer.snapshot().status().jobs()).extracting(Job::id).containsExactly("j-1");
        assertThat(answer.source()).isEqualTo(Answer.Source.STALE);
    }

    @Test
    void secondCheckThatFailsLeavesWhatWasKnown() {
        // Given
        known("j-1");

        // When
        usual.add(JobStatus.DONE, "x-1");
        onNewConnection.answers.add(Uni.createFrom().failure(LookupFailure.of(Kind.UPSTREAM_TIMEOUT)));
        expire();

        // Then
        assertThat(ids()).containsExactly("j-1");
    }

    @ParameterizedTest
    @CsvSource({"j-1 j-2, j-2", "j-1, j-1 x-1", "j-1, ''", "'', x-1"})
    void answerThatMayBeOfTheTaskIsNotAskedForTwice(String before, String after) {
        // Given
        known(words(before));

        // When
        usual.add(JobStatus.GENERATING, words(after));
        expire();

        // Then
        assertThat(ids()).containsExactly(words(after));
        assertThat(onNewConnection.asked).isZero();
    }

    @Test
    void jobsWithoutAnIdTellNothing() {
        // Given
        known("j-1");

        // When
        usual.answers.add(Uni.createFrom()
                .item(new Checked(new TaskStatus(List.of(new Job(null, JobStatus.DONE, null, null))), Duration.ZERO)));
        expire();

        // Then
        assertThat(lookUp().snapshot().status().terminal()).isTrue();
        assertThat(onNewConnection.asked).isZero();
    }

    private void known(String... ids) {
        usual.add(JobStatus.GENERATING, ids);
        lookUp();
    }

    private void expire() {
        time.advance(Duration.ofSeconds(30));
    }

    private List<String> ids() {
        return lookUp().snapshot().status().jobs().stream().map(Job::id).toList();
    }

    private Answer lookUp() {
        return statuses.lookUp(KEY).await().atMost(LIMIT);
    }

    private static String[] words(String text) {
        return Stream.of(text.split(" ")).filter(word -> !word.isEmpty()).toArray(String[]::new);
    }

    /** Rodin's answers, in order; that there is none left fails the test. */
    private static final class Answers implements BiFunction<TaskKey, Purpose, Uni<Checked>> {

        private final Queue<Uni<Checked>> answers = new ArrayDeque<>();
        private int asked;

        void add(JobStatus status, String... ids) {
            List<Job> jobs =
                    Stream.of(ids).map(id -> new Job(id, status, null, null)).toList();
            answers.add(Uni.createFrom().item(new Checked(new TaskStatus(jobs), Duration.ZERO)));
        }

        @Override
        public Uni<Checked> apply(TaskKey key, Purpose purpose) {
            asked++;
            return answers.remove();
        }
    }
}
