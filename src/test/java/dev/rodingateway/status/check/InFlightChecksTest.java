package dev.rodingateway.status.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.status.ManualTime;
import dev.rodingateway.status.ScriptedRodin;
import dev.rodingateway.status.Snapshot;
import dev.rodingateway.status.cache.CacheEntry;
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
    private static final CheckOutcome TOLD = new CheckOutcome.Succeeded(new CacheEntry(
            new Snapshot(ScriptedRodin.status(JobStatus.DONE), ManualTime.START),
            0,
            Duration.ZERO,
            Duration.ofHours(24)));

    private final ManualTime time = new ManualTime();

    /**
     * Each start completes the check of another key, as an acquired permit of the rate limiter can: here that of a key
     * in the same hash bin as the one that the other thread starts, because "Aa" and "BB" have the same hash.
     */
    @Test
    void startsThatCompleteTheChecksOfOtherKeysDoNotBlockOneAnother() throws Exception {
        List<CompletableFuture<CheckOutcome>> inFlight = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        CyclicBarrier bothStart = new CyclicBarrier(2);
        InFlightChecks checks = checks((key, purpose) -> {
            int number = key.value().endsWith("0") ? 0 : 1;
            if (purpose == RequestClass.FIRST) {
                return inFlight.get(number);
            }
            await(bothStart);
            inFlight.get(1 - number).complete(TOLD);
            return CompletableFuture.completedFuture(TOLD);
        });
        Stream.of("Aa-0", "Aa-1").forEach(key -> checks.join(new TaskKey(key), RequestClass.FIRST));
        List<Thread> callers = Stream.of("BB-0", "BB-1")
                .map(key -> new Thread(() -> checks.join(new TaskKey(key), RequestClass.REFRESH)))
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
        CompletableFuture<CheckOutcome> answer = new CompletableFuture<>();
        AtomicInteger starts = new AtomicInteger();
        InFlightChecks[] checks = new InFlightChecks[1];
        checks[0] = checks((key, purpose) -> {
            starts.incrementAndGet();
            assertThat(checks[0].join(key, purpose).started()).isFalse();
            return answer;
        });

        InFlightChecks.Joined joined = checks[0].join(KEY, RequestClass.FIRST);
        answer.complete(TOLD);

        assertThat(joined.outcome()).isCompletedWithValue(TOLD);
        assertThat(starts).hasValue(1);
    }

    @Test
    void startThatThrowsFailsItsCallerAndIsNotCached() {
        AtomicInteger starts = new AtomicInteger();
        InFlightChecks checks = checks((key, purpose) -> {
            starts.incrementAndGet();
            throw new IllegalStateException("a bug");
        });

        CompletableFuture<CheckOutcome> first =
                checks.join(KEY, RequestClass.FIRST).outcome();
        CompletableFuture<CheckOutcome> second =
                checks.join(KEY, RequestClass.FIRST).outcome();

        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();
        assertThat(starts).hasValue(2);
        assertThat(checks.size()).isZero();
    }

    @Test
    void successIsSharedWhileInFlightAndAFailureWhileItApplies() {
        CompletableFuture<CheckOutcome> answer = new CompletableFuture<>();
        AtomicInteger starts = new AtomicInteger();
        InFlightChecks checks = checks((key, purpose) -> {
            starts.incrementAndGet();
            return answer;
        });
        CheckOutcome failed =
                new CheckOutcome.Failed(LookupFailure.of(Kind.UPSTREAM_ERROR), Duration.ofSeconds(2), 0, 0);

        assertThat(checks.join(KEY, RequestClass.FIRST).started()).isTrue();
        assertThat(checks.join(KEY, RequestClass.REFRESH).started()).isFalse();
        answer.complete(failed);
        time.advance(Duration.ofSeconds(2).minusNanos(1));
        assertThat(checks.join(KEY, RequestClass.REFRESH).outcome()).isCompletedWithValue(failed);
        time.advance(Duration.ofNanos(1));
        checks.join(KEY, RequestClass.REFRESH);

        assertThat(starts).hasValue(2);
    }

    private InFlightChecks checks(BiFunction<TaskKey, RequestClass, CompletableFuture<CheckOutcome>> start) {
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
