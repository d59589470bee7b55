package dev.rodingateway.status;

import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;

/** What another replica has found by a check. */
public sealed interface Finding {

    /** Returns what orders the check among all checks of the task; 0 if that does not matter. */
    long token();

    /**
     * Where the task stands.
     *
     * @param checkedAt when Rodin said so, by the clock that all replicas share
     * @param age how long ago that was
     * @param took how long Rodin took to respond
     */
    record Status(TaskStatus status, long token, Instant checkedAt, Duration age, Duration took) implements Finding {}

    /**
     * The check failed, and this replica would have received the same.
     *
     * @param failure as the other replica received it
     * @param left how long the task is not to be checked
     */
    record Failed(LookupFailure failure, long token, Duration left) implements Finding {}
}
