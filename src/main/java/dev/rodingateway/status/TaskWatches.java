package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Scheduler;
import dev.rodingateway.status.watch.Subscriber;
import dev.rodingateway.status.watch.WatchedTask;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.RetryDelay;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.smallrye.mutiny.subscription.SafeSubscriber;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Watches tasks for callers that wait for a change. All subscribers of a task share one sequence of checks, whose
 * interval follows from the lifetime of its status; a task without subscribers is not checked.
 */
public final class TaskWatches {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final TaskStatuses statuses;
    private final Scheduler scheduler;
    private final Executor executor;
    private final int maximum;
    private final LookupMetrics metrics;
    private final Semaphore places;
    private final ConcurrentMap<TaskKey, WatchedTask> watches = new ConcurrentHashMap<>();
    private volatile boolean draining;

    TaskWatches(TaskStatuses statuses, Scheduler scheduler, Executor executor, int maximum, LookupMetrics metrics) {
        this.statuses = statuses;
        this.scheduler = scheduler;
        this.executor = executor;
        this.maximum = maximum;
        this.metrics = metrics;
        this.places = new Semaphore(maximum);
    }

    /**
     * Watches a task from the moment of subscription: emits its status, immediately if it is cached, and again whenever
     * it changes or becomes stale or fresh. A slow subscriber receives only the latest status. Completes after a
     * terminal status, and earlier when the gateway shuts down. Counts as one look-up.
     *
     * @return fails with a {@link LookupFailure}: with any before the first status, with a final one only after it;
     *     immediately with {@link Kind#TOO_MANY_WATCHERS} if the maximum number of subscribers is reached
     */
    public Multi<LookupResult> watch(TaskKey key) {
        return watch(key, () -> {});
    }

    /**
     * Watches like {@link #watch(TaskKey)}. A watch whose first status takes long, or has to wait for a permit of the
     * budget, is accepted: from then on it fails with a final failure only, and waits for its first status without a
     * time limit.
     *
     * @param onAccepted called when the watch is accepted, at most once and before the first status; must not block
     */
    public Multi<LookupResult> watch(TaskKey key, Runnable onAccepted) {
        return metrics.count(watched(key, onAccepted));
    }

    /**
     * Completes all watches: those that have emitted a status or been accepted immediately, all others, including those
     * that start from now on, after their first status.
     */
    public void drain() {
        draining = true;
        watches.values().forEach(WatchedTask::drain);
    }

    /** Notifies the subscribers of a task that its cached status may have changed. */
    void changed(TaskKey key) {
        WatchedTask watched = watches.get(key);
        if (watched != null) {
            watched.changed();
        }
    }

    /** Watches like {@link #watch(TaskKey)} without counting a look-up. */
    Multi<LookupResult> uncounted(TaskKey key) {
        return watched(key, () -> {});
    }

    /** Returns the number of subscribers. */
    int watchers() {
        return maximum - places.availablePermits();
    }

    /** Returns the number of watched tasks. */
    int tasks() {
        return watches.size();
    }

    /**
     * A watch whose subscriber throws fails with that exception: after an exception the emitter itself would emit
     * nothing more, not even completion.
     */
    private Multi<LookupResult> watched(TaskKey key, Runnable onAccepted) {
        Multi<LookupResult> watch =
                Multi.createFrom().emitter(emitter -> join(key, emitter, onAccepted), BackPressureStrategy.LATEST);
        return Multi.createFrom()
                .publisher(subscriber -> watch.subscribe().withSubscriber(new SafeSubscriber<>(subscriber)));
    }

    private void join(TaskKey key, MultiEmitter<? super LookupResult> emitter, Runnable onAccepted) {
        if (!places.tryAcquire()) {
            emitter.fail(LookupFailure.of(Kind.TOO_MANY_WATCHERS)
                    .withRetryAfter(RetryDelay.spread(RETRY_AFTER))
                    .withoutCall());
            return;
        }
        Subscriber watcher = new Subscriber(emitter, onAccepted);
        WatchedTask watch = watches.compute(key, (unused, current) -> {
            WatchedTask joined = current == null ? begin(key) : current;
            joined.add(watcher);
            return joined;
        });
        emitter.onTermination(() -> leave(watch, watcher));
        watch.joined(watcher);
    }

    private WatchedTask begin(TaskKey key) {
        return new WatchedTask(key, statuses, scheduler, executor, () -> draining, this::leave);
    }

    /**
     * Releases one permit even if it is called more than once for a subscriber: Mutiny may report a termination twice.
     */
    private void leave(WatchedTask watch, Subscriber watcher) {
        if (!watch.remove(watcher)) {
            return;
        }
        places.release();
        AtomicBoolean emptied = new AtomicBoolean();
        watches.computeIfPresent(watch.key(), (unused, current) -> {
            emptied.set(current == watch && watch.isEmpty());
            return emptied.get() ? null : current;
        });
        if (emptied.get()) {
            watch.end();
        }
    }
}
