package dev.rodingateway.status.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.task.TaskKey;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongUnaryOperator;

/**
 * The live tasks that were requested recently. They share the budget evenly: if checking each as often as its state
 * requires would exceed the budget, all are checked less often.
 */
public final class LiveTasks {

    /** Long enough that the task of a caller that polls at the returned interval stays live between two polls. */
    private static final Duration RECENT = Duration.ofMinutes(1);

    private static final long COUNT_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

    private final DoubleSupplier refreshesPerSecond;
    private final LongUnaryOperator ofAllReplicas;
    private final Ticker ticker;
    private final Cache<TaskKey, Boolean> requested;
    private volatile Count count;

    /**
     * Creates an empty set.
     *
     * @param refreshesPerSecond the rate of refreshes that the budget allows
     * @param ofAllReplicas returns the number of all replicas' live tasks, given the number of those requested here
     */
    public LiveTasks(
            int maximumSize, DoubleSupplier refreshesPerSecond, LongUnaryOperator ofAllReplicas, Ticker ticker) {
        this.refreshesPerSecond = refreshesPerSecond;
        this.ofAllReplicas = ofAllReplicas;
        this.ticker = ticker;
        this.count = new Count(0, Duration.ZERO, ticker.read() - COUNT_EVERY_NANOS);
        this.requested = Caffeine.newBuilder()
                .maximumSize(maximumSize)
                .expireAfter(Expiry.<TaskKey, Boolean>accessing((key, unused) -> recentPeriod()))
                .ticker(ticker)
                .executor(Runnable::run)
                .recordStats()
                .build();
    }

    public void requested(TaskKey key) {
        if (requested.getIfPresent(key) == null) {
            requested.put(key, Boolean.TRUE);
        }
    }

    public void ended(TaskKey key) {
        requested.invalidate(key);
    }

    /** Returns the number of live tasks that were requested recently; up to a second old. */
    public long count() {
        return latest().tasks();
    }

    /** Returns the time in which the budget allows one check of each live task. */
    public Duration fairShare() {
        return latest().fairShare();
    }

    private Count latest() {
        Count latest = count;
        long now = ticker.read();
        if (now - latest.nanos() >= COUNT_EVERY_NANOS) {
            requested.cleanUp();
            long tasks = ofAllReplicas.applyAsLong(requested.estimatedSize());
            latest = new Count(tasks, timeFor(tasks), now);
            count = latest;
        }
        return latest;
    }

    private Duration timeFor(long checks) {
        return Duration.ofMillis(Math.round(1000 * checks / refreshesPerSecond.getAsDouble()));
    }

    /** Called under a lock of the cache, so it must only read. */
    private Duration recentPeriod() {
        Duration twice = count.fairShare().multipliedBy(2);
        return twice.compareTo(RECENT) > 0 ? twice : RECENT;
    }

    private record Count(long tasks, Duration fairShare, long nanos) {}
}
