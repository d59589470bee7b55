package dev.rodingateway.status.cache;

import dev.rodingateway.status.Snapshot;
import java.time.Duration;

/**
 * A cached snapshot.
 *
 * @param snapshot the status and when it was checked
 * @param checkedNanos the same time on the ticker, from which its age is measured
 * @param took how long the check took: the estimate for the next one
 * @param usableFor how long from then on it may be served, fresh or stale
 */
public record CacheEntry(Snapshot snapshot, long checkedNanos, Duration took, Duration usableFor) {

    public boolean terminal() {
        return snapshot.status().terminal();
    }

    /** Returns how much longer it may be served. */
    Duration usableAt(long nowNanos) {
        Duration left = usableFor.minus(age(nowNanos));
        return left.isNegative() ? Duration.ZERO : left;
    }

    public Duration age(long nowNanos) {
        return Duration.ofNanos(nowNanos - checkedNanos);
    }
}
