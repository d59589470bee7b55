package dev.rodingateway.shared.budget;

import java.time.Duration;

/** The store's decision about one call to Rodin. */
public sealed interface Permit {

    /**
     * The call may start.
     *
     * @param dueIn the delay after which the call may start, at most {@link SharedBudget#PERMIT_EXPIRY} late
     */
    record Granted(Duration dueIn) implements Permit {}

    /** The budget has no permit before the deadline. */
    record Throttled(Duration retryAfter) implements Permit {}

    /** Rodin has requested a pause. */
    record Paused(Duration left) implements Permit {}
}
