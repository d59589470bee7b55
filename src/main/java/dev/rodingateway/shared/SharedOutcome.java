package dev.rodingateway.shared;

import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;

/** What the store holds of one task. Ages and remaining times are measured by the store's clock when it replied. */
public sealed interface SharedOutcome {

    /**
     * A status.
     *
     * @param token of the check that it comes from
     * @param checkedAt by the store's clock
     * @param age the time since then
     * @param took how long Rodin took to respond
     */
    record Status(TaskStatus status, FencingToken token, Instant checkedAt, Duration age, Duration took)
            implements SharedOutcome {}

    /**
     * Rodin does not know the task.
     *
     * @param token of the check that it comes from
     * @param age the time since then
     * @param left how long it still applies
     */
    record NotFound(FencingToken token, Duration age, Duration left) implements SharedOutcome {}

    /**
     * Rodin failed or rejected the call; the task is not to be checked for a while. A status that is held beside it
     * remains valid.
     *
     * @param failure as another replica received it; with the remaining {@code Retry-After}, if any
     * @param left how long the task is not to be checked
     */
    record Refused(LookupFailure failure, FencingToken token, Duration left) implements SharedOutcome {}

    /** Nothing is held. */
    record Nothing() implements SharedOutcome {}
}
