package dev.rodingateway.status;

import dev.rodingateway.status.cache.CacheEntry;
import dev.rodingateway.task.LookupFailure;
import java.time.Duration;

/** What a check came to. Failures are values here, for a failed future would be logged with its stack trace. */
sealed interface CheckOutcome {

    /** Rodin told the status. */
    record Told(CacheEntry kept) implements CheckOutcome {}

    /**
     * Rodin did not tell.
     *
     * @param failure as it was when the check ended
     * @param standsFor how long the key is not checked again
     * @param failedNanos when the check ended, on the ticker
     */
    record Failed(LookupFailure failure, Duration standsFor, long failedNanos) implements CheckOutcome {

        private static final Duration SHORTEST_RETRY_AFTER = Duration.ofSeconds(1);

        /** Returns the failure for a caller who is told now: of its {@code Retry-After} what is left, at least 1 s. */
        LookupFailure failureAt(long nowNanos) {
            Duration told = failure.retryAfter();
            if (told == null || told.compareTo(SHORTEST_RETRY_AFTER) <= 0) {
                return failure;
            }
            Duration left = told.minusNanos(nowNanos - failedNanos);
            return failure.withRetryAfter(left.compareTo(SHORTEST_RETRY_AFTER) > 0 ? left : SHORTEST_RETRY_AFTER);
        }
    }
}
