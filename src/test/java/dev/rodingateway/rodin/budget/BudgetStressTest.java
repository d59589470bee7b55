package dev.rodingateway.rodin.budget;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A budget under many threads that ask, cancel, ask again from within a completion, and pause it. */
@Timeout(60)
class BudgetStressTest {

    private static final int ROUNDS = 8;
    private static final int THREADS = 8;
    private static final int STEPS = 300;

    /** Small enough that most wait or are refused; large enough that waits are short. */
    private static final int PER_MINUTE = 2000;

    /** What no call of the budget may take, nor the completions that it makes. */
    private static final Duration BLOCKED = Duration.ofSeconds(1);

    /** A quarter of the budget. */
    private static final int BURST = PER_MINUTE / 4;

    /** Three quarters of the budget, evenly. */
    private static final double PER_SECOND = PER_MINUTE * 0.75 / 60;

    private final ScheduledThreadPoolExecutor alarms = new ScheduledThreadPoolExecutor(1);

    @Test
    void everyAcquisitionEndsAndNoWindowExceedsTheBudget() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        alarms.setRemoveOnCancelPolicy(true);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                new Round(seed + round).run(threads, round == ROUNDS - 1);
            }
        } catch (AssertionError e) {
            throw new AssertionError("with seed " + seed, e);
        } finally {
            threads.shutdownNow();
            alarms.shutdownNow();
        }
    }

    @Test
    void acquisitionsThatCompleteEachOtherDoNotGrowTheStack() {
        // Given turns whose completions take so long that the next ones are due, and ask for another
        ManualTimer time = new ManualTimer();
        Budget budget = new Budget(100_000, time, time);
        Queue<Integer> depths = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> spent = IntStream.range(0, 12_500)
                .mapToObj(i -> budget.acquire(RequestClass.REFRESH))
                .toList();
        List<CompletableFuture<Void>> waiting = IntStream.range(0, 5000)
                .mapToObj(i -> budget.acquire(RequestClass.REFRESH))
                .toList();
        assertThat(spent).allMatch(CompletableFuture::isDone);
        for (CompletableFuture<Void> turn : waiting) {
            CompletableFuture<Void> unused = turn.whenComplete((granted, failure) -> {
                depths.add(Thread.currentThread().getStackTrace().length);
                time.pass(Duration.ofMillis(2)); // long enough for the next to be due
                budget.left();
                CompletableFuture<Void> another = budget.acquire(RequestClass.FIRST);
            });
        }

        // When
        time.advance(Duration.ofMinutes(1));

        // Then
        assertThat(waiting).allMatch(CompletableFuture::isDone);
        int first = depths.element();
        assertThat(depths).allMatch(depth -> depth <= first + 20);
    }

    /** One budget from its first turn to its last. */
    private final class Round {

        private final long seed;
        private final long begun = System.nanoTime();
        private final Budget budget =
                new Budget(PER_MINUTE, Ticker.systemTicker(), Scheduler.forScheduledExecutorService(alarms));
        private final Queue<CompletableFuture<Void>> turns = new ConcurrentLinkedQueue<>();
        private final Queue<Long> grants = new ConcurrentLinkedQueue<>();
        private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final Queue<Duration> took = new ConcurrentLinkedQueue<>();
        private final CyclicBarrier start = new CyclicBarrier(THREADS);

        Round(long seed) {
            this.seed = seed;
        }

        /**
         * Runs the round.
         *
         * @param toTheEnd whether to let all turns come, rather than to end those that still wait
         */
        void run(ExecutorService threads, boolean toTheEnd) throws Exception {
            List<Future<?>> running = IntStream.range(0, THREADS)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> play(new Random(seed * THREADS + i))))
                    .toList();
            for (Future<?> one : running) {
                one.get();
            }

            if (toTheEnd) {
                CompletableFuture.allOf(turns.toArray(CompletableFuture<?>[]::new))
                        .exceptionally(failure -> null)
                        .get(10, TimeUnit.SECONDS);
                assertThat(grants).isNotEmpty();
            }
            budget.pauseFor(Duration.ofMinutes(1)); // for nobody to wait any longer
            assertThat(turns).allMatch(CompletableFuture::isDone);
            assertThat(took).allMatch(time -> time.compareTo(BLOCKED) < 0);
            assertThat(failures)
                    .allMatch(failure -> failure instanceof LookupFailure refusal
                            && refusal.kind() == Kind.UPSTREAM_THROTTLED
                            && refusal.retryAfter() != null
                            && !refusal.retryAfter().isNegative());
            double refilled = PER_SECOND * (System.nanoTime() - begun) / 1e9;
            assertThat(grants.size()).isLessThanOrEqualTo(BURST + (int) refilled);
            assertThat(alarms.getQueue()).as("wake-ups for those who wait").isEmpty();
        }

        private Void play(Random random) throws Exception {
            start.await();
            for (int step = 0; step < STEPS; step++) {
                int kind = random.nextInt(100);
                long begun = System.nanoTime();
                if (kind == 0) {
                    budget.pauseFor(Duration.ofMillis(random.nextInt(3)));
                } else if (kind < 10) {
                    budget.left();
                    budget.paused();
                } else {
                    ask(random.nextBoolean() ? RequestClass.FIRST : RequestClass.REFRESH, kind < 40, kind < 20);
                }
                took.add(Duration.ofNanos(System.nanoTime() - begun));
            }
            return null;
        }

        private void ask(RequestClass purpose, boolean cancels, boolean asksAgain) {
            CompletableFuture<Void> turn = budget.acquire(purpose);
            turns.add(turn);
            CompletableFuture<Void> unused = turn.whenComplete((granted, failure) -> {
                if (failure == null) {
                    grants.add(System.nanoTime());
                } else if (!turn.isCancelled()) {
                    failures.add(failure);
                }
                if (asksAgain) {
                    ask(purpose, cancels, false);
                }
            });
            if (cancels) {
                turn.cancel(false);
            }
        }
    }
}
