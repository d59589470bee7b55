package dev.rodingateway.rodin.budget;

import com.github.benmanes.caffeine.cache.Scheduler;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * At most one scheduled task. A class of its own because every request and grant changes when the next permit is due: the
 * task is scheduled anew only if it has to run earlier than it is, and cancelled when nobody waits. Not thread-safe.
 */
final class Alarm {

    private final Scheduler scheduler;
    private final Runnable task;
    private @Nullable Future<?> pending;
    private long due;

    Alarm(Scheduler scheduler, Runnable task) {
        this.scheduler = scheduler;
        this.task = task;
    }

    /** Ensures that the task runs within so many nanoseconds; one that runs too early only has to set the next. */
    void set(long now, long nanos) {
        if (pending != null && due - now <= nanos) {
            return;
        }
        clear();
        due = now + nanos;
        pending = scheduler.schedule(Runnable::run, task, nanos, TimeUnit.NANOSECONDS);
    }

    /** Cancels the task if it has not run yet. */
    void clear() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }
}
