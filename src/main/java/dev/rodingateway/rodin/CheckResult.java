package dev.rodingateway.rodin;

import dev.rodingateway.task.TaskStatus;
import java.time.Duration;

/**
 * What a check came to.
 *
 * @param status where Rodin says the task stands
 * @param took how long Rodin took to say so, waiting for the budget not included
 */
public record CheckResult(TaskStatus status, Duration took) {}
