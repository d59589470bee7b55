package dev.rodingateway.shared;

import java.time.Duration;
import java.time.Instant;

/**
 * The right to check one task, held by one replica until the check ends or the lease expires.
 *
 * @param task the task
 * @param tryId identifies the attempt that holds the lease
 * @param token orders this check among those of all replicas
 * @param begunAt when the check began, by the store's clock
 * @param begunNanos the same moment on the local ticker
 * @param expiresIn how long after that the lease expires
 */
public record Lease(
        TaskHash task, String tryId, FencingToken token, Instant begunAt, long begunNanos, Duration expiresIn) {

    /** Returns the store's time at the given time of the local ticker: the time at the beginning and the time elapsed since. */
    public Instant storeTime(long nowNanos) {
        return begunAt.plusNanos(Math.max(0, nowNanos - begunNanos));
    }
}
