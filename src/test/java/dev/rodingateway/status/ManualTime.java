package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;

/** A clock, ticker and scheduler that a test advances. */
public final class ManualTime implements Ticker, InstantSource, Scheduler {

    public static final Instant START = Instant.parse("2026-11-23T19:17:46.123Z");

    private final AtomicLong nanos = new AtomicLong();
    private final List<Task> tasks = new CopyOnWriteArrayList<>();

    public void advance(Duration by) {
        long end = nanos.get() + by.toNanos();
        Comparator<Task> sooner = Comparator.comparingLong(task -> task.due);
        for (Task task = first(sooner); task != null && task.due <= end; task = first(sooner)) {
            tasks.remove(task);
            nanos.set(Math.max(nanos.get(), task.due));
            task.body.run();
        }
        nanos.set(end);
    }

    /** Returns the number of scheduled tasks. */
    int pending() {
        return tasks.size();
    }

    /** Returns this time with an executor for tasks that are not scheduled. */
    TaskStatusesProducer.Time with(Executor executor) {
        return with(executor, () -> 0.5);
    }

    /** Returns this time with an executor and random numbers. */
    TaskStatusesProducer.Time with(Executor executor, DoubleSupplier random) {
        return new TaskStatusesProducer.Time(this, this, this, executor, random);
    }

    @Override
    public long read() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return START.plusNanos(nanos.get());
    }

    @Override
    public Future<?> schedule(Executor executor, Runnable body, long delay, TimeUnit unit) {
        Task task = new Task(nanos.get() + unit.toNanos(delay), () -> executor.execute(body));
        tasks.add(task);
        return task;
    }

    private Task first(Comparator<Task> order) {
        return tasks.stream().min(order).orElse(null);
    }

    private final class Task extends CompletableFuture<Void> {

        private final long due;
        private final Runnable body;

        Task(long due, Runnable body) {
            this.due = due;
            this.body = body;
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            return tasks.remove(this);
        }
    }
}
