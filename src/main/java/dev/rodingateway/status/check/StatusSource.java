package dev.rodingateway.status.check;

import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** Where statuses come from: Rodin, or what a test has in its place. */
@FunctionalInterface
public interface StatusSource {

    /**
     * Checks a task, each time it is subscribed to.
     *
     * @param known the status that is known of the task, or null; an answer that contradicts it has been confirmed
     * @return where the task stands, or a {@link LookupFailure}
     */
    Uni<CheckResult> check(TaskKey key, RequestClass purpose, @Nullable TaskStatus known);
}
