package dev.rodingateway.status.watch;

import com.github.benmanes.caffeine.cache.Scheduler;
import dev.rodingateway.task.LookupFailure;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The scheduled work of one watched task: its next check, and the acceptance of subscribers without a first status.
 * Both are cancelled and rescheduled when results arrive and subscribers join or leave. Used by one thread at a time.
 */
final class WatchTimers {

    /** How long a subscriber waits for its first status before it is accepted without one. */
    private static final Duration ACCEPTED_AFTER = Duration.ofSeconds(1);

    /**
     * The longest delay before a check without a permit is retried: another caller may have obtained the status
     * meanwhile.
     */
    private static final Duration LONGEST_RETRY_DELAY = Duration.ofSeconds(5);

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
     * Returns the delay of the next check after one that failed while no status was cached.
     *
     * @param usual the delay unless the budget is exhausted
     */
    static Duration retryDelay(Throwable failure, Duration usual) {
        Duration permitDelay =
                failure instanceof LookupFailure known && known.isBudgetSpent() ? known.retryAfter() : null;
        if (permitDelay == null || permitDelay.compareTo(usual) < 0) {
            return usual;
        }
        return permitDelay.compareTo(LONGEST_RETRY_DELAY) < 0 ? permitDelay : LONGEST_RETRY_DELAY;
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
