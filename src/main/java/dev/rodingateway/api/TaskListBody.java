package dev.rodingateway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON shape of a list of statuses.
 *
 * @param tasks one for each key, in the order asked
 */
@RegisterForReflection
public record TaskListBody(List<Item> tasks) {

    /**
     * What a look-up came to: one of the two, the other is null.
     *
     * @param task where the task stands
     * @param problem why that cannot be told
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Item(
            @Nullable TaskStatusBody task, @Nullable Problem problem) {}
}
