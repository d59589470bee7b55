package dev.rodingateway.shared.checks;

import dev.rodingateway.shared.SharedOutcome;
import dev.rodingateway.status.SharedResult;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import org.jspecify.annotations.Nullable;

/** Converts outcomes from the store. */
final class SharedResults {

    private SharedResults() {}

    /** Returns the result; null if the store holds nothing. */
    static @Nullable SharedResult of(SharedOutcome outcome) {
        if (outcome instanceof SharedOutcome.Status status) {
            return new SharedResult.Status(
                    status.status(), status.token().value(), status.checkedAt(), status.age(), status.took());
        }
        if (outcome instanceof SharedOutcome.NotFound notFound) {
            return new SharedResult.Failed(
                    LookupFailure.of(Kind.TASK_NOT_FOUND), notFound.token().value(), notFound.left());
        }
        if (outcome instanceof SharedOutcome.Refused refused) {
            return new SharedResult.Failed(refused.failure(), refused.token().value(), refused.left());
        }
        return null;
    }

    /**
     * Returns whether every replica would have received this failure: Rodin itself returned it, and not about the API
     * key, which may differ between replicas while it is rotated; or the shared budget is exhausted. Any other check
     * that fails here may succeed on another replica.
     */
    static boolean isShared(LookupFailure failure) {
        return switch (failure.kind()) {
            case TASK_NOT_FOUND, INVALID_KEY, UPSTREAM_THROTTLED -> true;
            case UPSTREAM_ERROR -> failure.rodinCalled();
            case UPSTREAM_CREDENTIALS,
                    UPSTREAM_ACCOUNT,
                    UPSTREAM_INVALID_RESPONSE,
                    UPSTREAM_UNAVAILABLE,
                    UPSTREAM_TIMEOUT,
                    TOO_MANY_WATCHERS -> false;
        };
    }
}
