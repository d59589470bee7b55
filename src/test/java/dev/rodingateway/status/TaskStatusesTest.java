package dev.rodingateway.status;

import static dev.rodingateway.task.JobStatus.DONE;
import static dev.rodingateway.task.JobStatus.FAILED;
import static dev.rodingateway.task.JobStatus.GENERATING;
import static dev.rodingateway.task.JobStatus.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.status.Answer.Source;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskStatusesTest {

    private static final TaskKey KEY = new TaskKey("a-key");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ScriptedRodin rodin = new ScriptedRodin();
    private final ManualTime time = new ManualTime();
    private final TaskStatuses statuses = statuses(1000);

    @Test
    void firstLookupAsksRodinAndTellsWhen() {
        UniAssertSubscriber<Answer> caller = lookUp();

        rodin.answer(GENERATING);

        Answer answer = caller.awaitItem(PATIENCE).getItem();
        assertThat(answer.snapshot().status()).isEqualTo(ScriptedRodin.status(GENERATING));
        assertThat(answer.snapshot().checkedAt()).isEqualTo(ManualTime.START);
        assertThat(answer.source()).isEqualTo(Source.MISS);
    }

    @Test
    void concurrentLookupsShareOneCheck() throws Exception {
        int callers = 1000;
        CountDownLatch asked = new CountDownLatch(callers);
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<UniAssertSubscriber<Answer>>> lookUps = IntStream.range(0, callers)
                    .mapToObj(i -> threads.submit(() -> {
                        UniAssertSubscriber<Answer> caller = lookUp();
                        asked.countDown();
                        return caller;
                    }))
                    .toList();
            asked.await();

            rodin.answer(GENERATING);

            int missed = 0;
            for (Future<UniAssertSubscriber<Answer>> lookUp : lookUps) {
                Answer answer = lookUp.get().awaitItem(PATIENCE).getItem();
                assertThat(answer.source()).isIn(Source.MISS, Source.COLLAPSED);
                missed += answer.source() == Source.MISS ? 1 : 0;
            }
            assertThat(missed).isEqualTo(1);
            assertThat(rodin.checks()).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource({"WAITING, PT5S", "GENERATING, PT2S", "DONE, PT24H", "FAILED, PT24H", "CANCELED, PT24H"})
    void answerIsKeptForTheLifetimeOfItsState(JobStatus status, Duration lifetime) {
        known(status);

        time.advance(lifetime.minusNanos(1));
        Answer kept = lookUp().awaitItem(PATIENCE).getItem();
        time.advance(Duration.ofNanos(1));
        lookUp().assertNotTerminated();

        assertThat(kept.source()).isEqualTo(Source.HIT);
        assertThat(kept.lifetime()).isEqualTo(lifetime);
        assertThat(kept.snapshot().checkedAt()).isEqualTo(ManualTime.START);
        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void expiredAnswerIsReplacedByTheNext() {
        known(WAITING);
        time.advance(Duration.ofSeconds(5));

        UniAssertSubscriber<Answer> caller = lookUp();
        rodin.answer(DONE, FAILED);

        Answer answer = caller.awaitItem(PATIENCE).getItem();
        assertThat(answer.snapshot().status()).isEqualTo(ScriptedRodin.status(DONE, FAILED));
        assertThat(answer.snapshot().checkedAt()).isEqualTo(ManualTime.START.plusSeconds(5));
    }

    @Test
    void keysDoNotShareAnswers() {
        known(DONE);

        statuses.lookUp(new TaskKey("another-key")).subscribe().withSubscriber(UniAssertSubscriber.create());

        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void noSuchTaskIsKeptForItsShortLifetime() {
        UniAssertSubscriber<Answer> first = lookUp();
        rodin.fail(LookupFailure.of(Kind.TASK_NOT_FOUND).withUpstreamCode("NO_SUCH_TASK"));
        assertFailed(first, Kind.TASK_NOT_FOUND);

        time.advance(Duration.ofSeconds(5).minusNanos(1));
        assertFailed(lookUp(), Kind.TASK_NOT_FOUND);
        assertThat(rodin.checks()).isEqualTo(1);
        time.advance(Duration.ofNanos(1));
        lookUp();

        assertThat(rodin.checks()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "TASK_NOT_FOUND")
    void noOtherFailureIsKept(Kind kind) {
        UniAssertSubscriber<Answer> first = lookUp();
        UniAssertSubscriber<Answer> second = lookUp();
        rodin.fail(kind);
        assertFailed(first, kind);
        assertFailed(second, kind);

        UniAssertSubscriber<Answer> third = lookUp();
        rodin.answer(DONE);

        third.awaitItem(PATIENCE);
        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void unexpectedFailureReachesEveryCallerAndIsNotKept() {
        UniAssertSubscriber<Answer> first = lookUp();
        UniAssertSubscriber<Answer> second = lookUp();
        rodin.fail(new IllegalStateException("a bug"));

        assertThat(first.awaitFailure(PATIENCE).getFailure()).hasMessageContaining("a bug");
        assertThat(second.awaitFailure(PATIENCE).getFailure()).hasMessageContaining("a bug");
        lookUp();
        assertThat(rodin.checks()).isEqualTo(2);
    }

    @Test
    void callerThatGoesAwayCancelsNothingForTheOthers() {
        UniAssertSubscriber<Answer> first = lookUp();
        UniAssertSubscriber<Answer> second = lookUp();

        first.cancel();
        assertThat(rodin.terminated()).isZero();
        rodin.answer(DONE);

        second.awaitItem(PATIENCE);
        assertThat(lookUp().awaitItem(PATIENCE).getItem().source()).isEqualTo(Source.HIT);
        assertThat(rodin.checks()).isEqualTo(1);
    }

    @Test
    void lookupBeginsWhenItIsSubscribedTo() {
        statuses.lookUp(KEY);

        assertThat(rodin.checks()).isZero();
    }

    @Test
    void noMoreThanTheSetNumberOfTasksIsKept() {
        int kept = 10;
        TaskStatuses small = statuses(kept);
        for (int i = 0; i < 100; i++) {
            small.lookUp(new TaskKey("key-" + i)).subscribe().withSubscriber(UniAssertSubscriber.create());
            rodin.answer(DONE);
        }

        assertThat(small.size()).isLessThanOrEqualTo(kept);
    }

    private TaskStatuses statuses(int maximumSize) {
        return new TaskStatuses(rodin, new DefaultFreshness(), () -> maximumSize, time, time);
    }

    private UniAssertSubscriber<Answer> lookUp() {
        return statuses.lookUp(KEY).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private void known(JobStatus... jobs) {
        UniAssertSubscriber<Answer> caller = lookUp();
        rodin.answer(jobs);
        caller.awaitItem(PATIENCE);
    }

    private static void assertFailed(UniAssertSubscriber<Answer> caller, Kind kind) {
        assertThat(caller.awaitFailure(PATIENCE).getFailure())
                .isInstanceOfSatisfying(LookupFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(kind));
    }

    /** The lifetimes of the contract. */
    private record DefaultFreshness(Duration waiting, Duration generating, Duration terminal, Duration notFound)
            implements FreshnessConfig {

        DefaultFreshness() {
            this(Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofHours(24), Duration.ofSeconds(5));
        }
    }
}
