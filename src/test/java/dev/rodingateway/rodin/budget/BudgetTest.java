package dev.rodingateway.rodin.budget;

import static dev.rodingateway.rodin.RequestClass.FIRST;
import static dev.rodingateway.rodin.RequestClass.REFRESH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rodingateway.rodin.Deadline;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {

    private static final int PER_MINUTE = 120;

    private final ManualTimer time = new ManualTimer();
    private final Budget budget = new Budget(PER_MINUTE, time, time);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 7, 8, 120, 1000})
    void noWindowOfAMinuteExceedsTheBudget(int perMinute) {
        Budget any = new Budget(perMinute, time, time);
        List<Long> grants = new ArrayList<>();

        for (int tenths = 0; tenths < 3000; tenths++) {
            for (int i = 0; i < 1 + perMinute / 100; i++) {
                record(grants, any.acquire(FIRST));
                record(grants, any.acquire(REFRESH));
            }
            time.advance(Duration.ofMillis(100));
        }

        assertThat(grants).hasSizeGreaterThanOrEqualTo(perMinute * 3);
        for (int i = perMinute; i < grants.size(); i++) {
            assertThat(grants.get(i) - grants.get(i - perMinute))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(60).toNanos());
        }
    }

    @Test
    void burstIsAQuarterOfTheBudgetAndHalfOfItIsOwnedByEachClass() {
        assertThat(budget.left()).isEqualTo(30);

        assertThat(grantedNow(FIRST, 40)).isEqualTo(15);
        assertThat(grantedNow(REFRESH, 40)).isEqualTo(15);
        assertThat(budget.left()).isZero();
    }

    @Test
    void singleClassGetsThreeQuartersOfTheBudgetInTheLongRun() {
        AtomicInteger granted = new AtomicInteger();

        for (int seconds = 0; seconds < 600; seconds++) {
            for (int i = 0; i < 3; i++) {
                budget.acquire(REFRESH).thenRun(granted::incrementAndGet);
            }
            time.advance(Duration.ofSeconds(1));
        }

        assertThat(granted.get()).isCloseTo(900 + 15, within(5));
        assertThat(budget.refreshesPerSecond()).isEqualTo(1.5);
    }

    /** With a short time limit a first check that would have to wait is refused at once, so that none ever waits. */
    @ParameterizedTest
    @CsvSource({
        "0, PT10S", "0.3, PT10S", "0.5, PT10S", "0.7, PT10S", "3, PT10S",
        "0, PT2S", "0.3, PT2S", "0.5, PT2S", "0.7, PT2S", "3, PT2S"
    })
    void reportedRateOfRefreshesIsTheActualOne(double firstsPerSecond, Duration timeLimit) {
        spend(Duration.ofMinutes(3), firstsPerSecond, timeLimit);

        Spent spent = spend(Duration.ofMinutes(10), firstsPerSecond, timeLimit);

        assertThat(spent.refreshesPerSecond()).isBetween(0.73, 1.51);
        assertThat(spent.lowestRate()).isCloseTo(spent.refreshesPerSecond(), within(0.1));
        assertThat(spent.highestRate()).isCloseTo(spent.refreshesPerSecond(), within(0.1));
    }

    @Test
    void rateOfRefreshesChangesGradually() {
        for (double firstsPerSecond : new double[] {0, 3, 0, 0.7, 0}) {
            Spent spent = spend(Duration.ofMinutes(2), firstsPerSecond, Duration.ofSeconds(10));

            assertThat(spent.largestStep()).isLessThan(0.05);
            assertThat(budget.refreshesPerSecond()).isCloseTo(Math.max(0.75, 1.5 - firstsPerSecond), within(0.1));
        }
    }

    @Test
    void rateOfRefreshesDoesNotJumpWhileFirstChecksComeInBursts() {
        double lowest = 2;
        double highest = 0;
        for (int times = 0; times < 20; times++) {
            for (int i = 0; i < 40; i++) {
                CompletableFuture<Void> unused = budget.acquire(FIRST);
            }
            for (int seconds = 0; seconds < 15; seconds++) {
                time.advance(Duration.ofSeconds(1));
                if (times >= 5) {
                    lowest = Math.min(lowest, budget.refreshesPerSecond());
                    highest = Math.max(highest, budget.refreshesPerSecond());
                }
            }
        }

        assertThat(highest - lowest).isLessThan(0.15);
    }

    /** Spends all of the refreshes that there can be, beside so many first checks a second. */
    private Spent spend(Duration duration, double firstsPerSecond, Duration timeLimit) {
        AtomicInteger refreshed = new AtomicInteger();
        double lowest = budget.refreshesPerSecond();
        double highest = lowest;
        double largestStep = 0;
        double rate = lowest;
        for (long tenths = 0; tenths < duration.toMillis() / 100; tenths++) {
            for (long i = (long) (tenths * firstsPerSecond / 10);
                    i < (long) ((tenths + 1) * firstsPerSecond / 10);
                    i++) {
                budget.acquire(FIRST, Deadline.after(timeLimit, time))
                        .subscribe()
                        .with(granted -> {}, refused -> {});
            }
            budget.acquire(REFRESH).thenRun(refreshed::incrementAndGet);
            time.advance(Duration.ofMillis(100));
            largestStep = Math.max(largestStep, Math.abs(budget.refreshesPerSecond() - rate));
            rate = budget.refreshesPerSecond();
            lowest = Math.min(lowest, rate);
            highest = Math.max(highest, rate);
        }
        return new Spent(refreshed.get() / (duration.toMillis() / 1000.0), lowest, highest, largestStep);
    }

    /**
     * What was spent, and what the budget said.
     *
     * @param refreshesPerSecond as granted
     */
    private record Spent(double refreshesPerSecond, double lowestRate, double highestRate, double largestStep) {}

    @Test
    void scanOfUnknownKeysDoesNotStopRefreshes() {
        AtomicInteger refreshed = new AtomicInteger();

        for (int seconds = 0; seconds < 600; seconds++) {
            for (int i = 0; i < 17; i++) {
                CompletableFuture<Void> unused = budget.acquire(FIRST);
            }
            budget.acquire(REFRESH).thenRun(refreshed::incrementAndGet);
            time.advance(Duration.ofSeconds(1));
        }

        assertThat(refreshed.get()).isGreaterThanOrEqualTo(450);
    }

    @Test
    void thousandLiveTasksDoNotBlockANewOne() {
        for (int i = 0; i < 1000; i++) {
            CompletableFuture<Void> unused = budget.acquire(REFRESH);
        }
        for (int minutes = 0; minutes < 5; minutes++) {
            time.advance(Duration.ofMinutes(1));
            for (int i = 0; i < 1000; i++) {
                CompletableFuture<Void> unused = budget.acquire(REFRESH);
            }
            assertThat(budget.acquire(FIRST)).isCompleted();
        }
    }

    @Test
    void firstCheckWaitsForUpToTwoSeconds() {
        grantedNow(FIRST, 15);

        CompletableFuture<Void> waiting = budget.acquire(FIRST);
        assertThat(waiting).isNotDone();
        time.advance(Duration.ofSeconds(2));

        assertThat(waiting).isCompleted();
    }

    @Test
    void requestThatWouldWaitTooLongIsRefusedAtOnceWithARetryAfter() {
        grantedNow(FIRST, 15);
        grantedNow(REFRESH, 15);
        CompletableFuture<Void> inTime = budget.acquire(FIRST);

        CompletableFuture<Void> tooLate = budget.acquire(FIRST);

        assertThat(inTime).isNotDone();
        assertThat(failure(tooLate).kind()).isEqualTo(Kind.UPSTREAM_THROTTLED);
        assertThat(failure(tooLate).retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
    }

    /** A crowd at a fresh process: 15 are granted at once, 4 wait. */
    @Test
    void requestsRefusedTogetherGetStaggeredRetryAfters() {
        Map<Duration, Integer> delays = new TreeMap<>();
        for (int i = 0; i < 40; i++) {
            CompletableFuture<Void> turn = budget.acquire(FIRST);
            if (turn.isCompletedExceptionally()) {
                delays.merge(failure(turn).retryAfter(), 1, Integer::sum);
            }
        }

        assertThat(delays).hasSizeBetween(20, 25);
        assertThat(delays.keySet()).allSatisfy(delay -> assertThat(delay).isBetween(seconds(2), seconds(30)));
        Map<Long, Long> perSecond =
                delays.keySet().stream().collect(Collectors.groupingBy(Duration::toSeconds, Collectors.counting()));
        assertThat(perSecond.values()).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(4));
    }

    @Test
    void nearlyAllWhoHonourRetryAfterGetAPermit() {
        PriorityQueue<Duration> returns = new PriorityQueue<>();
        int refused = 0;
        for (int i = 0; i < 40; i++) {
            CompletableFuture<Void> turn = budget.acquire(FIRST);
            if (turn.isCompletedExceptionally()) {
                returns.add(failure(turn).retryAfter());
                refused++;
            }
        }
        Duration now = Duration.ZERO;
        int refusedAgain = 0;
        while (!returns.isEmpty()) {
            Duration next = returns.remove();
            time.advance(next.minus(now));
            now = next;
            refusedAgain += budget.acquire(FIRST).isCompletedExceptionally() ? 1 : 0;
        }

        assertThat(refusedAgain).isLessThanOrEqualTo(refused / 4);
    }

    /** However many there are, and even if they come back at once, as some clients do. */
    @Test
    void retryAfterIsBounded() {
        for (int i = 0; i < 10_000; i++) {
            CompletableFuture<Void> turn = budget.acquire(FIRST);
            if (turn.isCompletedExceptionally()) {
                assertThat(failure(turn).retryAfter()).isBetween(seconds(1), seconds(30));
            }
        }
    }

    private static Duration seconds(long count) {
        return Duration.ofSeconds(count);
    }

    @Test
    void permitsAreGrantedInOrderOfArrival() {
        grantedNow(REFRESH, 15);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int place = i;
            budget.acquire(REFRESH).thenRun(() -> order.add(place));
        }

        time.advance(Duration.ofSeconds(10));

        assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void canceledRequestLeavesTheQueueAndSpendsNothing() {
        grantedNow(FIRST, 15);
        CompletableFuture<Void> first = budget.acquire(FIRST);
        first.cancel(false);

        CompletableFuture<Void> second = budget.acquire(FIRST);
        time.advance(Duration.ofMillis(1400));

        assertThat(second).isCompleted();
    }

    @Test
    void pauseGrantsNothingAndRefusesUntilItsEnd() {
        grantedNow(FIRST, 15);
        CompletableFuture<Void> waiting = budget.acquire(FIRST);

        budget.pauseFor(Duration.ofSeconds(7));
        budget.pauseFor(Duration.ofSeconds(3));
        CompletableFuture<Void> refused = budget.acquire(REFRESH);

        assertThat(failure(waiting).retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(failure(refused).retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(budget.left()).isZero();
        time.advance(Duration.ofSeconds(7));
        assertThat(budget.paused()).isZero();
        assertThat(budget.acquire(REFRESH)).isCompleted();
    }

    @Test
    void manyThreadsTogetherGetNoMoreThanTheBurst() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            AtomicInteger granted = new AtomicInteger();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                RequestClass purpose = i % 2 == 0 ? FIRST : REFRESH;
                all.add(threads.submit(() -> budget.acquire(purpose).thenRun(granted::incrementAndGet)));
            }
            for (Future<?> one : all) {
                one.get();
            }

            assertThat(granted.get()).isEqualTo(30);
        } finally {
            threads.shutdownNow();
        }
    }

    private int grantedNow(RequestClass purpose, int asked) {
        int granted = 0;
        for (int i = 0; i < asked; i++) {
            CompletableFuture<Void> turn = budget.acquire(purpose);
            if (turn.isDone() && !turn.isCompletedExceptionally()) {
                granted++;
            } else {
                turn.cancel(false);
            }
        }
        return granted;
    }

    private void record(List<Long> grants, CompletableFuture<Void> turn) {
        turn.thenRun(() -> grants.add(time.elapsed()));
    }

    private static LookupFailure failure(CompletableFuture<Void> turn) {
        try {
            turn.join();
        } catch (CompletionException e) {
            return (LookupFailure) e.getCause();
        }
        throw new AssertionError("the turn came");
    }
}
