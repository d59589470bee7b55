package dev.rodingateway.status;

import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Watches tasks for callers who wait for a change. All who watch a task share one sequence of checks, paced by the
 * lifetime of its status; a task that nobody watches is not checked.
 */
public final class Watches {

    private static final Duration COME_BACK_AFTER = Duration.ofSeconds(5);

    private final Upkeep upkeep;
    private final Later later;
    private final Executor executor;
    private final int maximum;
    private final LookupMetrics metrics;
    private final ConcurrentMap<TaskKey, Watch> watches = new ConcurrentHashMap<>();
    private final AtomicInteger watchers = new AtomicInteger();
    private volatile boolean draining;

    Watches(Upkeep upkeep, Later later, Executor executor, int maximum, LookupMetrics metrics) {
        this.upkeep = upkeep;
        this.later = later;
        this.executor = executor;
        this.maximum = maximum;
        this.metrics = metrics;
    }

    /**
     * Watches a task from when it is subscribed to: tells where it stands, at once if that is known, and again whenever
     * that changes or turns stale or fresh. Who takes too long to hear is told the latest only. Ends after a terminal
     * status, and early when the gateway stops.
     *
     * @return fails with a {@link LookupFailure}: any before the first answer, later only one that is final; of kind
     *     {@link Kind#TOO_MANY_WATCHERS} when there are as many as may be
     */
    public Multi<Answer> watch(TaskKey key) {
        Multi<Answer> answers = Multi.createFrom().emitter(emitter -> join(key, emitter), BackPressureStrategy.LATEST);
        return Multi.createFrom().deferred(() -> draining ? answers.select().first() : answers);
    }

    /** Fails when there are as many watchers as may be. */
    public void requireRoom() {
        if (watchers.get() >= maximum) {
            throw full();
        }
    }

    /** Lets all watchers go, and from now on each new one as soon as it has been told where the task stands. */
    public void drain() {
        draining = true;
        watches.values().forEach(Watch::complete);
    }

    /** Returns how many watch. */
    int watchers() {
        return watchers.get();
    }

    /** Returns how many tasks are watched. */
    int tasks() {
        return watches.size();
    }

    private void join(TaskKey key, MultiEmitter<? super Answer> emitter) {
        if (watchers.incrementAndGet() > maximum) {
            watchers.decrementAndGet();
            emitter.fail(full());
            return;
        }
        Watcher watcher = new Watcher(emitter);
        Watch watch = watches.compute(key, (unused, current) -> {
            Watch joined = current == null ? new Watch(key, upkeep, later, executor) : current;
            joined.add(watcher);
            return joined;
        });
        emitter.onTermination(() -> leave(key, watcher));
        watch.welcome(watcher);
    }

    private void leave(TaskKey key, Watcher watcher) {
        watchers.decrementAndGet();
        watches.computeIfPresent(key, (unused, watch) -> watch.remove(watcher) ? null : watch);
    }

    private LookupFailure full() {
        LookupFailure failure = LookupFailure.of(Kind.TOO_MANY_WATCHERS)
                .withRetryAfter(COME_BACK_AFTER)
                .withoutAsking();
        metrics.failed(failure, false);
        return failure;
    }
}
