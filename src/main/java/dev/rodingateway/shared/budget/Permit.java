package dev.rodingateway.shared.budget;

import java.time.Duration;

/** The store's decision about one call to Rodin. */
public sealed interface Permit {

    /**
     * The call may start.
     *
     * @param dueIn after this time, and no later than {@link SharedBudget#PERMIT_EXPIRY} after that
     */
    record Granted(Duration dueIn) implements Permit {}

    /** The budget has no permit in time. */
    record Throttled(Duration retryAfter) implements Permit {}

    /** Rodin asked for a pause. */
    record Paused(Duration left) implements Permit {}
}
