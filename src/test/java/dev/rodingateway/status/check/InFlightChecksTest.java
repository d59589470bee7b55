package dev.rodingateway.status.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.rodin.token.LogOf;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InFlightChecksTest {

    private static final TaskKey KEY = new TaskKey("a-key");
    private static final CheckOutcome SUCCEEDED = new CheckOutcome.Succeeded(new CacheEntry(
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
            inFlight.get(1 - number).complete(SUCCEEDED);
            return CompletableFuture.completedFuture(SUCCEEDED);
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
        answer.complete(SUCCEEDED);

        assertThat(joined.outcome()).isCompletedWithValue(SUCCEEDED);
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

    /** Nobody may be waiting for it: a refresh is started for a caller who has his answer. */
    @Test
    void checkThatFailsUnexpectedlyIsLogged() {
        CompletableFuture<CheckOutcome> answer = new CompletableFuture<>();
        InFlightChecks checks = checks((key, purpose) -> answer);
        checks.join(KEY, RequestClass.REFRESH);

        LogOf log = new LogOf(InFlightChecks.class);
        try {
            answer.completeExceptionally(new IllegalStateException("a bug"));

            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("WARN A check ended in an unexpected failure")
                    .contains("a bug");
        } finally {
            log.close();
        }
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

    /** Callers are notified of an outcome only when it no longer answers those who come later. */
    @Test
    void callerThatIsNotifiedOfASuccessStartsTheNextCheck() {
        CompletableFuture<CheckOutcome> answer = new CompletableFuture<>();
        InFlightChecks checks = checks((key, purpose) -> answer);
        CompletableFuture<Boolean> startsNext = checks.join(KEY, RequestClass.FIRST)
                .outcome()
                .thenApply(outcome -> checks.join(KEY, RequestClass.REFRESH).started());

        answer.complete(SUCCEEDED);

        assertThat(startsNext).isCompletedWithValue(true);
    }

    /**
     * The window of this race is a few instructions: one caller finds that the last outcome has expired, and before it inserts
     * a promise of its own another has started a check that has ended. Hence many attempts; every read of the time advances
     * it, so that outcomes expire all the while.
     */
    @ParameterizedTest
    @MethodSource("outcomes")
    void outcomeExpiresWhenCallersRaceToStartTheNextCheck(CheckOutcome outcome) throws Exception {
        for (int attempt = 0; attempt < 10; attempt++) {
            AtomicLong nanos = new AtomicLong();
            InFlightChecks checks = new InFlightChecks(
                    10, (key, purpose) -> CompletableFuture.completedFuture(outcome), nanos::incrementAndGet);
            List<CompletableFuture<Void>> callers = Stream.generate(() -> CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < 10_000; i++) {
                                    checks.join(KEY, RequestClass.FIRST);
                                }
                            },
                            task -> new Thread(task).start()))
                    .limit(4)
                    .toList();
            CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);

            nanos.addAndGet(Duration.ofDays(1).toNanos());
            assertThat(checks.size()).as("attempt " + attempt).isZero();
            assertThat(checks.join(KEY, RequestClass.FIRST).started())
                    .as("attempt " + attempt)
                    .isTrue();
        }
    }

    static Stream<CheckOutcome> outcomes() {
        LookupFailure failure = LookupFailure.of(Kind.UPSTREAM_ERROR);
        return Stream.of(SUCCEEDED, new CheckOutcome.Failed(failure, Duration.ofNanos(3), 0, 0));
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
