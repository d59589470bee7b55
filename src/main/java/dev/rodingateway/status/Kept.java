package dev.rodingateway.status;

import java.time.Duration;

/**
 * A snapshot as it lies in the cache.
 *
 * @param snapshot the status and when it was checked
 * @param checkedNanos the same moment on the ticker, by which its age is measured
 * @param took how long Rodin took to give it: the best guess at how long it will take the next time
 * @param usableFor how long from then on it may be served to anyone, fresh or stale
 */
record Kept(Snapshot snapshot, long checkedNanos, Duration took, Duration usableFor) {

    boolean terminal() {
        return snapshot.status().terminal();
    }

    Duration age(long nowNanos) {
        return Duration.ofNanos(nowNanos - checkedNanos);
    }
}
