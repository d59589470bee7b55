package dev.rodingateway.api.response;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON shape of a task's status. It and its parts are registered, for no resource says that it returns them: in a
 * native executable TaskStatusResourceIT needs it.
 *
 * @param status where the whole task stands
 * @param terminal whether it will not change again
 * @param progress how many jobs have ended
 * @param jobs the jobs in Rodin's order
 * @param checkedAt when Rodin gave this answer: UTC with milliseconds
 * @param stale whether the answer is older than its lifetime because Rodin could not be asked
 * @param pollAfterMs when asking again is worth while, in milliseconds; null when terminal
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
