package dev.rodingateway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The JSON shape of a list of statuses.
 *
 * @param tasks one for each key, in the order asked
 */
@Schema(name = "TaskList")
@RegisterForReflection
public record TaskListBody(
        @Schema(description = "One for each key, in the order asked", required = true)
        List<Item> tasks) {

    /**
     * What a look-up came to: one of the two, the other is null.
     *
     * @param task where the task stands
     * @param problem why that cannot be told
     */
    @Schema(name = "TaskListItem", description = "Either task or problem")
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Item(
            @Schema(description = "Where the task stands") @Nullable
            TaskStatusBody task,

            @Schema(description = "Why that cannot be told") @Nullable
            Problem problem) {}
}
