package dev.rodingateway.rodin.budget;

import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Time that the test advances, and that runs what is due. It starts just before it wraps around. */
public final class ManualTimer implements Ticker, Scheduler {

    private static final long ORIGIN = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

    private final List<WakeUp> wakeUps = new CopyOnWriteArrayList<>();
    private long elapsed;

    @Override
    public long read() {
        return ORIGIN + elapsed;
    }

    /** Returns how much time has passed. */
    long elapsed() {
        return elapsed;
    }

    public void advance(Duration by) {
        long end = elapsed + by.toNanos();
        while (!wakeUps.isEmpty() && first().due <= end) {
            elapsed = Math.max(elapsed, first().due);
            ring();
        }
        elapsed = end;
    }

    /** Passes time as if the machine had been asleep: whoever was due is woken at the end of it. */
    void stall(Duration by) {
        elapsed += by.toNanos();
        advance(Duration.ZERO);
    }

    /** Lets time pass of which nobody is woken yet. */
    void pass(Duration by) {
        elapsed += by.toNanos();
    }

    /** Wakes the first, due or not. */
    void ring() {
        WakeUp first = first();
        wakeUps.remove(first);
        first.task.run();
    }

    /** Returns how many wait to be woken. */
    int pending() {
        return wakeUps.size();
    }

    @Override
    public Future<?> schedule(Executor executor, Runnable task, long delay, TimeUnit unit) {
        WakeUp wakeUp = new WakeUp(elapsed + unit.toNanos(delay), () -> executor.execute(task));
        wakeUps.add(wakeUp);
        return wakeUp;
    }

    private WakeUp first() {
        return wakeUps.stream().min(Comparator.comparingLong(w -> w.due)).orElseThrow();
    }

    private final class WakeUp extends CompletableFuture<Void> {

        private final long due;
        private final Runnable task;

        WakeUp(long due, Runnable task) {
            this.due = due;
            this.task = task;
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            return wakeUps.remove(this);
        }
    }
}
