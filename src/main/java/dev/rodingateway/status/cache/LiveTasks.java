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
 * The live tasks asked for lately, who share the budget evenly: when each is checked as often as its state deserves and
 * that is more than the budget allows, all are checked less often.
 */
public final class LiveTasks {

    /** Shorter, and a caller who polls as told would be forgotten between two polls. */
    private static final Duration LATELY = Duration.ofMinutes(1);

    private static final long COUNT_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

    private final DoubleSupplier refreshesPerSecond;
    private final LongUnaryOperator ofAllReplicas;
    private final Ticker ticker;
    private final Cache<TaskKey, Boolean> asked;
    private volatile Count count;

    /**
     * Creates an empty set.
     *
     * @param refreshesPerSecond what the budget allows
     * @param ofAllReplicas returns the number of all replicas' live tasks, given the number of those asked for here
     */
    public LiveTasks(
            int maximumSize, DoubleSupplier refreshesPerSecond, LongUnaryOperator ofAllReplicas, Ticker ticker) {
        this.refreshesPerSecond = refreshesPerSecond;
        this.ofAllReplicas = ofAllReplicas;
        this.ticker = ticker;
        this.count = new Count(0, Duration.ZERO, ticker.read() - COUNT_EVERY_NANOS);
        this.asked = Caffeine.newBuilder()
                .maximumSize(maximumSize)
                .expireAfter(Expiry.<TaskKey, Boolean>accessing((key, unused) -> lately()))
                .ticker(ticker)
                .executor(Runnable::run)
                .recordStats()
                .build();
    }

    public void asked(TaskKey key) {
        if (asked.getIfPresent(key) == null) {
            asked.put(key, Boolean.TRUE);
        }
    }

    public void ended(TaskKey key) {
        asked.invalidate(key);
    }

    /** Returns how many live tasks were asked for lately; up to a second old. */
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
            asked.cleanUp();
            long tasks = ofAllReplicas.applyAsLong(asked.estimatedSize());
            latest = new Count(tasks, timeFor(tasks), now);
            count = latest;
        }
        return latest;
    }

    private Duration timeFor(long checks) {
        return Duration.ofMillis(Math.round(1000 * checks / refreshesPerSecond.getAsDouble()));
    }

    /** Called under a lock of the cache, so it must only read. */
    private Duration lately() {
        Duration twice = count.fairShare().multipliedBy(2);
        return twice.compareTo(LATELY) > 0 ? twice : LATELY;
    }

    private record Count(long tasks, Duration fairShare, long nanos) {}
}
