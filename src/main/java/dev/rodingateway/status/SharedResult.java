package dev.rodingateway.status;

import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;

/** The result of another replica's check. */
public sealed interface SharedResult {

    /** Returns the position of the check in the order of all checks of the task; 0 if the order does not matter. */
    long token();

    /**
     * The check returned a status.
     *
     * @param checkedAt when Rodin returned it, by the clock that all replicas share
     * @param age the time since then
     * @param took how long Rodin took to respond
     */
    record Status(TaskStatus status, long token, Instant checkedAt, Duration age, Duration took)
            implements SharedResult {}

    /**
     * The check failed, in a way that this replica's own check would have failed, too.
     *
     * @param failure as the other replica received it
     * @param left how much longer the task is not to be checked
     */
    record Failed(LookupFailure failure, long token, Duration left) implements SharedResult {}
}
