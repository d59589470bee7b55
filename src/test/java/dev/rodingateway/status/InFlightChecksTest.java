package dev.rodingateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.Purpose;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InFlightChecksTest {

    private static final TaskKey KEY = new TaskKey("a-key");
    private static final Outcome TOLD = new Outcome.Told(new Kept(
            new Snapshot(ScriptedRodin.status(JobStatus.DONE), ManualTime.START),
            0,
            Duration.ZERO,
            Duration.ofHours(24)));

    private final ManualTime time = new ManualTime();

    /**
     * As when the rate limiter is asked for a permit, each start completes what another key waits for: here one that lies in
     * the same hash bin as the key that the other thread starts, for "Aa" and "BB" have the same hash.
     */
    @Test
    void startsThatCompleteTheChecksOfOtherKeysDoNotBlockOneAnother() throws Exception {
        List<CompletableFuture<Outcome>> inFlight = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        CyclicBarrier bothStart = new CyclicBarrier(2);
        InFlightChecks checks = checks((key, purpose) -> {
            int number = key.value().endsWith("0") ? 0 : 1;
            if (purpose == Purpose.FIRST) {
                return inFlight.get(number);
            }
            await(bothStart);
            inFlight.get(1 - number).complete(TOLD);
            return CompletableFuture.completedFuture(TOLD);
        });
        Stream.of("Aa-0", "Aa-1").forEach(key -> checks.join(new TaskKey(key), Purpose.FIRST));
        List<Thread> callers = Stream.of("BB-0", "BB-1")
                .map(key -> new Thread(() -> checks.join(new TaskKey(key), Purpose.REFRESH)))
                .toList();

        for (Thread caller : callers) {
            caller.setDaemon(true);
            caller.start();
        }
        for (Thread caller : callers) {
            caller.join(TimeUnit.SECONDS.toMillis(20));
        }

        assertThat(callers).noneMatch(Thread::isAlive);
        assertThat(inFlight).allMatch(CompletableFuture::isDone);
        time.advance(Duration.ofSeconds(2));
        assertThat(checks.size()).isZero();
    }

    @Test
    void startThatLooksUpItsOwnKeyJoinsItself() {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        AtomicInteger starts = new AtomicInteger();
        InFlightChecks[] checks = new InFlightChecks[1];
        checks[0] = checks((key, purpose) -> {
            starts.incrementAndGet();
            assertThat(checks[0].join(key, purpose).started()).isFalse();
            return answer;
        });

        InFlightChecks.Joined joined = checks[0].join(KEY, Purpose.FIRST);
        answer.complete(TOLD);

        assertThat(joined.outcome()).isCompletedWithValue(TOLD);
        assertThat(starts).hasValue(1);
    }

    @Test
    void startThatThrowsFailsItsCallerAndIsNotKept() {
        AtomicInteger starts = new AtomicInteger();
        InFlightChecks checks = checks((key, purpose) -> {
            starts.incrementAndGet();
            throw new IllegalStateException("a bug");
        });

        CompletableFuture<Outcome> first = checks.join(KEY, Purpose.FIRST).outcome();
        CompletableFuture<Outcome> second = checks.join(KEY, Purpose.FIRST).outcome();

        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();
        assertThat(starts).hasValue(2);
        assertThat(checks.size()).isZero();
    }

    @Test
    void outcomeIsSharedUntilItIsThereAndAFailureForAsLongAsItStands() {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        AtomicInteger starts = new AtomicInteger();
        InFlightChecks checks = checks((key, purpose) -> {
            starts.incrementAndGet();
            return answer;
        });
        Outcome failed = new Outcome.Failed(LookupFailure.of(Kind.UPSTREAM_ERROR), Duration.ofSeconds(2), 0);

        assertThat(checks.join(KEY, Purpose.FIRST).started()).isTrue();
        assertThat(checks.join(KEY, Purpose.REFRESH).started()).isFalse();
        answer.complete(failed);
        time.advance(Duration.ofSeconds(2).minusNanos(1));
        assertThat(checks.join(KEY, Purpose.REFRESH).outcome()).isCompletedWithValue(failed);
        time.advance(Duration.ofNanos(1));
        checks.join(KEY, Purpose.REFRESH);

        assertThat(starts).hasValue(2);
    }

    private InFlightChecks checks(BiFunction<TaskKey, Purpose, CompletableFuture<Outcome>> start) {
        return new InFlightChecks(10_000, start, time);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("the other did not start", e);
        }
    }
}
