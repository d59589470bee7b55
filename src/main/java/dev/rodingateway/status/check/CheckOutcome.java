package dev.rodingateway.status.check;

import dev.rodingateway.status.cache.CacheEntry;
import dev.rodingateway.task.LookupFailure;
import java.time.Duration;

/** The outcome of a check. Failures are values here, because a failed future would be logged with its stack trace. */
public sealed interface CheckOutcome {

    /** The check returned a status. */
    record Succeeded(CacheEntry entry) implements CheckOutcome {

        /** Returns whether another replica made the check. */
        public boolean adopted() {
            return entry.snapshot().shared();
        }

        /** Returns whether this comes from a later check than the given entry. */
        public boolean isLaterThan(CacheEntry before) {
            return entry.snapshot().token() > before.snapshot().token();
        }
    }

    /**
     * The check failed.
     *
     * @param failure as it was when the check ended
     * @param recheckDelay how long the failure applies, during which the key is not checked again
     * @param failedNanos when the check ended, on the ticker
     * @param token the position of the check in the order of all checks of the task
     */
    record Failed(LookupFailure failure, Duration recheckDelay, long failedNanos, long token) implements CheckOutcome {

        private static final Duration SHORTEST_RETRY_AFTER = Duration.ofSeconds(1);

        /** Returns the failure for a caller at this time: with the remaining {@code Retry-After}, at least 1 s. */
        public LookupFailure failureAt(long nowNanos) {
            Duration retryAfter = failure.retryAfter();
            if (retryAfter == null || retryAfter.compareTo(SHORTEST_RETRY_AFTER) <= 0) {
                return failure;
            }
            Duration left = retryAfter.minusNanos(nowNanos - failedNanos);
            return failure.withRetryAfter(left.compareTo(SHORTEST_RETRY_AFTER) > 0 ? left : SHORTEST_RETRY_AFTER);
        }
    }
}
