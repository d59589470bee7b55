package dev.rodingateway.rodin;

import dev.rodingateway.task.TaskStatus;
import java.time.Duration;

/**
 * The result of a successful check.
 *
 * @param status the status of the task
 * @param took how long Rodin took to respond, waiting for the budget not included
 */
public record CheckResult(TaskStatus status, Duration took) {}
