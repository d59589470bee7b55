package dev.rodingateway.status.watch;

import com.github.benmanes.caffeine.cache.Scheduler;
import dev.rodingateway.task.LookupFailure;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The scheduled work of one watched task: its next check, and the acceptance of subscribers without a first answer. A class
 * of its own because both are cancelled and scheduled anew as results and subscribers come and go. Used by one thread at a
 * time.
 */
final class WatchTimers {

    /** How long a subscriber waits for its first answer before it is accepted without one. */
    private static final Duration ACCEPTED_AFTER = Duration.ofSeconds(1);

    /** The latest that a check without a permit is tried again: another caller may have found the status meanwhile. */
    private static final Duration LATEST_TURN = Duration.ofSeconds(5);

    private final Scheduler scheduler;
    private final Executor executor;
    private @Nullable Future<?> check;
    private @Nullable Future<?> acceptance;

    /**
     * Creates the timers of one watched task.
     *
     * @param executor runs the scheduled work
     */
    WatchTimers(Scheduler scheduler, Executor executor) {
        this.scheduler = scheduler;
        this.executor = executor;
    }

    void scheduleCheck(Duration delay, Runnable task) {
        check = schedule(delay, task);
    }

    void cancelCheck() {
        cancel(check);
    }

    /** Does nothing if the acceptance is scheduled already. */
    void scheduleAcceptance(Runnable task) {
        if (acceptance == null) {
            acceptance = schedule(ACCEPTED_AFTER, () -> {
                acceptance = null;
                task.run();
            });
        }
    }

    void cancelAcceptance() {
        cancel(acceptance);
        acceptance = null;
    }

    void cancelAll() {
        cancelCheck();
        cancelAcceptance();
    }

    /**
     * Returns the delay of the next check after one that failed while nothing was known of the task.
     *
     * @param usual the delay if the budget has permits
     */
    static Duration afterFirst(Throwable failure, Duration usual) {
        Duration turn = failure instanceof LookupFailure known && known.isBudgetSpent() ? known.retryAfter() : null;
        if (turn == null || turn.compareTo(usual) < 0) {
            return usual;
        }
        return turn.compareTo(LATEST_TURN) < 0 ? turn : LATEST_TURN;
    }

    private Future<?> schedule(Duration delay, Runnable task) {
        return scheduler.schedule(executor, task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void cancel(@Nullable Future<?> scheduled) {
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }
}
