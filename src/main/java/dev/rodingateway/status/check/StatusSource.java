package dev.rodingateway.status.check;

import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** The source of statuses: Rodin, or its replacement in a test. */
@FunctionalInterface
public interface StatusSource {

    /**
     * Checks a task at each subscription.
     *
     * @param known the cached status of the task, or null; a response that contradicts it is returned only after a
     *     second call has confirmed it
     * @return the status, or a {@link LookupFailure}
     */
    Uni<CheckResult> check(TaskKey key, RequestClass purpose, @Nullable TaskStatus known);
}
