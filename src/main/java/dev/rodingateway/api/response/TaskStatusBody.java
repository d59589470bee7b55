package dev.rodingateway.api.response;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of a task's status. It and its parts are registered for reflection explicitly, because no resource declares
 * them as its return type (TaskStatusResourceIT fails in a native executable otherwise).
 *
 * @param status the overall status of the task
 * @param terminal whether it will not change again
 * @param progress how many jobs have ended
 * @param jobs the jobs in Rodin's order
 * @param checkedAt when Rodin returned this status: UTC with milliseconds
 * @param stale whether the status is past its lifetime because Rodin could not be called
 * @param pollAfterMs after how many milliseconds to look the task up again; null when terminal
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"status", "terminal", "progress", "jobs", "checkedAt", "stale", "pollAfterMs"})
public record TaskStatusBody(
        String status,

        boolean terminal,

        ProgressBody progress,

        List<JobBody> jobs,

        String checkedAt,

        boolean stale,

        @Nullable Long pollAfterMs) {

    /** How many of the jobs have ended; {@code percent} is rounded down. */
    @RegisterForReflection
    @JsonPropertyOrder({"finished", "total", "percent"})
    public record ProgressBody(int finished, int total, int percent) {}

    /** One job; what Rodin did not send is left out. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"id", "status", "queueLength", "reported"})
    public record JobBody(
            @Nullable String id,

            String status,

            @Nullable Long queueLength,

            @Nullable String reported) {}
}
