package dev.rodingateway.status.check;

import dev.rodingateway.status.cache.CacheEntry;
import dev.rodingateway.task.LookupFailure;
import java.time.Duration;

/** What a check came to. Failures are values here, for a failed future would be logged with its stack trace. */
public sealed interface CheckOutcome {

    /** Rodin told the status. */
    record Told(CacheEntry kept) implements CheckOutcome {

        /** Returns whether another replica made the check. */
        public boolean adopted() {
            return kept.snapshot().shared();
        }

        /** Returns whether this comes from a later check than what was cached before. */
        public boolean isLaterThan(CacheEntry before) {
            return kept.snapshot().token() > before.snapshot().token();
        }
    }

    /**
     * Rodin did not tell.
     *
     * @param failure as it was when the check ended
     * @param standsFor how long the key is not checked again
     * @param failedNanos when the check ended, on the ticker
     * @param token orders the check among all checks of the task
     */
    record Failed(LookupFailure failure, Duration standsFor, long failedNanos, long token) implements CheckOutcome {

        private static final Duration SHORTEST_RETRY_AFTER = Duration.ofSeconds(1);

        /** Returns the failure for a caller who is told now: of its {@code Retry-After} what is left, at least 1 s. */
        public LookupFailure failureAt(long nowNanos) {
            Duration told = failure.retryAfter();
            if (told == null || told.compareTo(SHORTEST_RETRY_AFTER) <= 0) {
                return failure;
            }
            Duration left = told.minusNanos(nowNanos - failedNanos);
            return failure.withRetryAfter(left.compareTo(SHORTEST_RETRY_AFTER) > 0 ? left : SHORTEST_RETRY_AFTER);
        }
    }
}
