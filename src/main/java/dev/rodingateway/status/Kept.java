package dev.rodingateway.status;

import java.time.Duration;

/**
 * A snapshot as it lies in the cache.
 *
 * @param snapshot the status and when it was checked
 * @param checkedNanos the same moment on the ticker, by which its age is measured
 */
record Kept(Snapshot snapshot, long checkedNanos) {

    boolean terminal() {
        return snapshot.status().terminal();
    }

    Duration age(long nowNanos) {
        return Duration.ofNanos(nowNanos - checkedNanos);
    }
}
