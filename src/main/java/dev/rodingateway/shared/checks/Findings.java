package dev.rodingateway.shared.checks;

import dev.rodingateway.shared.SharedOutcome;
import dev.rodingateway.status.Finding;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import org.jspecify.annotations.Nullable;

/** Translates what the store holds. */
final class Findings {

    private Findings() {}

    /** Returns what was found; null if nothing was. */
    static @Nullable Finding of(SharedOutcome outcome) {
        if (outcome instanceof SharedOutcome.Status status) {
            return new Finding.Status(
                    status.status(), status.token().value(), status.checkedAt(), status.age(), status.took());
        }
        if (outcome instanceof SharedOutcome.NotFound notFound) {
            return new Finding.Failed(
                    LookupFailure.of(Kind.TASK_NOT_FOUND), notFound.token().value(), notFound.left());
        }
        if (outcome instanceof SharedOutcome.Refused refused) {
            return new Finding.Failed(refused.failure(), refused.token().value(), refused.left());
        }
        return null;
    }

    /**
     * Returns whether every replica would have received this failure: Rodin itself said it, not of an API key, which may
     * differ while it is replaced, or the budget that all share is spent. What else fails may work elsewhere.
     */
    static boolean isShared(LookupFailure failure) {
        return switch (failure.kind()) {
            case TASK_NOT_FOUND, INVALID_KEY, UPSTREAM_THROTTLED -> true;
            case UPSTREAM_ERROR -> failure.asked();
            case UPSTREAM_CREDENTIALS,
                    UPSTREAM_ACCOUNT,
                    UPSTREAM_INVALID_RESPONSE,
                    UPSTREAM_UNAVAILABLE,
                    UPSTREAM_TIMEOUT,
                    TOO_MANY_WATCHERS -> false;
        };
    }
}
