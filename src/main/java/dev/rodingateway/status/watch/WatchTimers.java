package dev.rodingateway.status.watch;

import dev.rodingateway.status.Later;
import dev.rodingateway.task.LookupFailure;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What is due in a watch: its next check, and the acceptance of those who wait for a first answer. Used by one thread at a time. */
final class WatchTimers {

    /** How long a watcher waits for its first answer before it is accepted without one. */
    private static final Duration ACCEPTED_AFTER = Duration.ofSeconds(1);

    /** The latest that a check which had no permit is tried again: another caller may have learned meanwhile what it is for. */
    private static final Duration LATEST_TURN = Duration.ofSeconds(5);

    private final Later later;
    private final Executor executor;
    private @Nullable Future<?> check;
    private @Nullable Future<?> acceptance;

    /**
     * Creates the timers of one watched task.
     *
     * @param executor where that which is due is done
     */
    WatchTimers(Later later, Executor executor) {
        this.later = later;
        this.executor = executor;
    }

    void scheduleCheck(Duration delay, Runnable task) {
        check = later.run(delay, () -> executor.execute(task));
    }

    void cancelCheck() {
        cancel(check);
    }

    /** Nothing happens if one is due already. */
    void scheduleAcceptance(Runnable task) {
        if (acceptance == null) {
            acceptance = later.run(
                    ACCEPTED_AFTER,
                    () -> executor.execute(() -> {
                        acceptance = null;
                        task.run();
                    }));
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
     * Returns when to check again after a check that failed while nothing was known of the task.
     *
     * @param usual when to check again if the budget has permits
     */
    static Duration afterFirst(Throwable failure, Duration usual) {
        Duration turn = failure instanceof LookupFailure known && known.isBudgetSpent() ? known.retryAfter() : null;
        if (turn == null || turn.compareTo(usual) < 0) {
            return usual;
        }
        return turn.compareTo(LATEST_TURN) < 0 ? turn : LATEST_TURN;
    }

    private static void cancel(@Nullable Future<?> scheduled) {
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }
}
