package dev.rodingateway.status;

import dev.rodingateway.task.TaskStatus;
import java.time.Instant;

/**
 * A status and when it was checked.
 *
 * @param status what Rodin said
 * @param checkedAt when it said so
 */
public record Snapshot(TaskStatus status, Instant checkedAt) {}
