package dev.rodingateway.rodin;

import static dev.rodingateway.rodin.Purpose.FIRST;
import static dev.rodingateway.rodin.Purpose.REFRESH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {

    private static final int PER_MINUTE = 120;

    private final ManualTimer time = new ManualTimer();
    private final Budget budget = new Budget(PER_MINUTE, time, time);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 7, 8, 120, 1000})
    void noWindowOfAMinuteHoldsMoreThanTheBudget(int perMinute) {
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
    void aQuarterOfTheBudgetCanBeSpentAtOnceHalfOfItByEachPurpose() {
        assertThat(budget.left()).isEqualTo(30);

        assertThat(grantedNow(FIRST, 40)).isEqualTo(15);
        assertThat(grantedNow(REFRESH, 40)).isEqualTo(15);
        assertThat(budget.left()).isZero();
    }

    @Test
    void lonePurposeGetsThreeQuartersOfTheBudgetInTheLongRun() {
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

    @Test
    void rateOfRefreshesIsTheOneThatTheyHave() {
        assertThat(budget.refreshesPerSecond()).isEqualTo(1.5);

        refreshesIn(Duration.ofMinutes(1), 3);
        double besideFirsts = refreshesIn(Duration.ofMinutes(10), 3);
        assertThat(budget.refreshesPerSecond()).isEqualTo(0.75);
        refreshesIn(Duration.ofMinutes(1), 0);
        double alone = refreshesIn(Duration.ofMinutes(10), 0);
        assertThat(budget.refreshesPerSecond()).isEqualTo(1.5);

        assertThat(besideFirsts).isCloseTo(0.75, within(0.03));
        assertThat(alone).isCloseTo(1.5, within(0.03));
    }

    @Test
    void rateOfRefreshesDoesNotJumpWhileFirstChecksWaitNowAndThen() {
        refreshesIn(Duration.ofSeconds(1), 40);
        for (int times = 0; times < 20; times++) {
            assertThat(budget.refreshesPerSecond()).isEqualTo(0.75);
            refreshesIn(Duration.ofSeconds(14), 0);
            assertThat(budget.refreshesPerSecond()).isEqualTo(0.75);
            refreshesIn(Duration.ofSeconds(1), 40);
        }

        refreshesIn(Duration.ofSeconds(22), 0);
        assertThat(budget.refreshesPerSecond()).isEqualTo(1.5);
    }

    /** Returns how many refreshes a second were granted, of more than there can be, beside so many first checks a second. */
    private double refreshesIn(Duration duration, int firstsPerSecond) {
        AtomicInteger refreshed = new AtomicInteger();
        for (long tenths = 0; tenths < duration.toMillis() / 100; tenths++) {
            for (long i = tenths * firstsPerSecond / 10; i < (tenths + 1) * firstsPerSecond / 10; i++) {
                CompletableFuture<Void> unused = budget.acquire(FIRST);
            }
            budget.acquire(REFRESH).thenRun(refreshed::incrementAndGet);
            time.advance(Duration.ofMillis(100));
        }
        return refreshed.get() / (duration.toMillis() / 1000.0);
    }

    @Test
    void scanOfMadeUpKeysDoesNotStopTheRefreshes() {
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
    void aThousandLiveTasksDoNotKeepANewOneOut() {
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
    void firstCheckWaitsItsTurnForTwoSeconds() {
        grantedNow(FIRST, 15);

        CompletableFuture<Void> waiting = budget.acquire(FIRST);
        assertThat(waiting).isNotDone();
        time.advance(Duration.ofSeconds(2));

        assertThat(waiting).isCompleted();
    }

    @Test
    void whoWouldWaitTooLongIsToldAtOnceWhenToComeBack() {
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
    void thoseWhoAreRefusedTogetherAreToldToComeBackOneAfterTheOther() {
        Map<Duration, Integer> told = new TreeMap<>();
        for (int i = 0; i < 40; i++) {
            CompletableFuture<Void> turn = budget.acquire(FIRST);
            if (turn.isCompletedExceptionally()) {
                told.merge(failure(turn).retryAfter(), 1, Integer::sum);
            }
        }

        assertThat(told).hasSizeBetween(20, 25);
        assertThat(told.keySet()).allSatisfy(delay -> assertThat(delay).isBetween(seconds(2), seconds(30)));
        Map<Long, Long> perSecond =
                told.keySet().stream().collect(Collectors.groupingBy(Duration::toSeconds, Collectors.counting()));
        assertThat(perSecond.values()).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(4));
    }

    @Test
    void nearlyAllWhoComeBackWhenTheyWereToldGetTheirTurn() {
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
    void nobodyIsToldToStayAwayForLong() {
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
    void turnsComeInTheOrderInWhichTheyWereAskedFor() {
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
    void whoCancelsLeavesTheQueueAndSpendsNothing() {
        grantedNow(FIRST, 15);
        CompletableFuture<Void> first = budget.acquire(FIRST);
        first.cancel(false);

        CompletableFuture<Void> second = budget.acquire(FIRST);
        time.advance(Duration.ofMillis(1400));

        assertThat(second).isCompleted();
    }

    @Test
    void nothingIsGrantedDuringAPauseAndEveryoneIsToldHowLongItLasts() {
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
                Purpose purpose = i % 2 == 0 ? FIRST : REFRESH;
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

    private int grantedNow(Purpose purpose, int asked) {
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
