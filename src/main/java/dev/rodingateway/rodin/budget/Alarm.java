package dev.rodingateway.rodin.budget;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One wake-up at a time. Not thread-safe. */
final class Alarm {

    private final Timer timer;
    private final Runnable task;
    private @Nullable Future<?> pending;
    private long due;

    Alarm(Timer timer, Runnable task) {
        this.timer = timer;
        this.task = task;
    }

    /** Makes sure of a wake-up at that time or before: one that comes too early only has to set the next. */
    void set(long now, long nanos) {
        if (pending != null && due - now <= nanos) {
            return;
        }
        clear();
        due = now + nanos;
        pending = timer.runAfter(nanos, task);
    }

    /** Drops the wake-up, rung or not. */
    void clear() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }
}
