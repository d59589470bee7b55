package dev.rodingateway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The JSON shape of where many tasks stand.
 *
 * @param tasks in the order asked
 */
@RegisterForReflection
@Schema(name = "TaskList")
public record TaskListBody(
        @Schema(description = "One for each key, in the order asked", required = true)
        List<ItemBody> tasks) {

    /** Where one of them stands, or why that could not be told: either is null. */
    @RegisterForReflection
    @Schema(name = "TaskListItem", description = "Either a task or a problem", minProperties = 1, maxProperties = 1)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ItemBody(
            @Schema(description = "Where the task stands") @Nullable
            TaskStatusBody task,

            @Schema(description = "Why the look-up of this task failed") @Nullable
            Problem problem) {

        static ItemBody of(TaskStatusBody task) {
            return new ItemBody(task, null);
        }

        static ItemBody of(Problem problem) {
            return new ItemBody(null, problem);
        }
    }
}
