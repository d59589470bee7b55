package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Scheduler;
import dev.rodingateway.status.watch.Subscriber;
import dev.rodingateway.status.watch.WatchedTask;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
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
 * Watches tasks for callers who wait for a change. All who watch a task share one sequence of checks, paced by the
 * lifetime of its status; a task that nobody watches is not checked.
 */
public final class TaskWatches {

    private static final Duration COME_BACK_AFTER = Duration.ofSeconds(5);

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
     * Watches a task from when it is subscribed to: tells where it stands, at once if that is known, and again whenever
     * that changes or turns stale or fresh. Who takes too long to hear is told the latest only. Ends after a terminal
     * status, and early when the gateway stops. Counts as one look-up.
     *
     * @return fails with a {@link LookupFailure}: any at first, after the first answer only one that is final; of kind
     *     {@link Kind#TOO_MANY_WATCHERS} at once when there are as many as may be
     */
    public Multi<LookupResult> watch(TaskKey key) {
        return watch(key, () -> {});
    }

    /**
     * Watches like {@link #watch(TaskKey)}. A watch whose first answer takes long, or has to wait for its turn in the budget,
     * is accepted: from then on it fails only with what is final, and waits for its first answer for as long as it takes.
     *
     * @param onAccepted called when that happens, at most once and before anything else is told; it must not block
     */
    public Multi<LookupResult> watch(TaskKey key, Runnable onAccepted) {
        return metrics.count(watched(key, onAccepted));
    }

    /**
     * Lets all watchers go, each as soon as it has been told where the task stands: those who have been told or accepted at
     * once, the others and whoever comes from now on with their first answer.
     */
    public void drain() {
        draining = true;
        watches.values().forEach(WatchedTask::drain);
    }

    /** Notifies the watchers of a task that its status may have changed, without a check made for them. */
    void changed(TaskKey key) {
        WatchedTask watched = watches.get(key);
        if (watched != null) {
            watched.changed();
        }
    }

    /** Watches for a caller who is counted already. */
    Multi<LookupResult> uncounted(TaskKey key) {
        return watched(key, () -> {});
    }

    /** Returns how many watch. */
    int watchers() {
        return maximum - places.availablePermits();
    }

    /** Returns how many tasks are watched. */
    int tasks() {
        return watches.size();
    }

    /**
     * Where the subscriber throws, its watch ends with that failure: an emitter out of which something was thrown delivers
     * nothing any more, not even its end.
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
                    .withRetryAfter(COME_BACK_AFTER)
                    .withoutAsking());
            return;
        }
        Subscriber watcher = new Subscriber(emitter, onAccepted);
        WatchedTask watch = watches.compute(key, (unused, current) -> {
            WatchedTask joined = current == null ? begin(key) : current;
            joined.add(watcher);
            return joined;
        });
        emitter.onTermination(() -> leave(watch, watcher));
        watch.welcome(watcher);
    }

    private WatchedTask begin(TaskKey key) {
        return new WatchedTask(key, statuses, scheduler, executor, () -> draining, this::leave);
    }

    /** May be called more than once for a watcher, as Mutiny may report a termination twice: it gives up one place. */
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
