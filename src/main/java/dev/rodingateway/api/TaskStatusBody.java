package dev.rodingateway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The JSON shape of a task's status.
 *
 * @param status where the whole task stands
 * @param terminal whether it will not change again
 * @param progress how many jobs have ended
 * @param jobs the jobs in Rodin's order
 * @param checkedAt when Rodin gave this answer: UTC with milliseconds
 * @param stale whether the answer is older than its lifetime because Rodin could not be asked
 * @param pollAfterMs when asking again is worth while, in milliseconds; null when terminal
 */
@Schema(name = "TaskStatus")
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"status", "terminal", "progress", "jobs", "checkedAt", "stale", "pollAfterMs"})
public record TaskStatusBody(
        @Schema(
                description = "Where the whole task stands",
                enumeration = {"waiting", "generating", "done", "failed", "canceled"},
                required = true)
        String status,

        @Schema(description = "True once the status will not change again", required = true)
        boolean terminal,

        @Schema(required = true) ProgressBody progress,

        @Schema(description = "The jobs in Rodin's order", required = true)
        List<JobBody> jobs,

        @Schema(
                description = "When Rodin gave this answer: UTC with milliseconds",
                format = "date-time",
                examples = "2026-11-23T19:17:46.123Z",
                required = true)
        String checkedAt,

        @Schema(
                description = "True when the answer is older than its lifetime because Rodin could not be asked",
                required = true)
        boolean stale,

        @Schema(description = "Milliseconds after which asking again is worth while, jittered; absent when terminal")
        @Nullable
        Long pollAfterMs) {

    /** How many of the jobs have ended; {@code percent} is rounded down. */
    @Schema(name = "Progress")
    @JsonPropertyOrder({"finished", "total", "percent"})
    public record ProgressBody(
            @Schema(description = "Jobs in a terminal state", minimum = "0", required = true)
            int finished,

            @Schema(description = "All jobs", minimum = "0", required = true)
            int total,

            @Schema(
                    description = "Whole percent, rounded down; 0 when there are no jobs",
                    minimum = "0",
                    maximum = "100",
                    required = true)
            int percent) {}

    /** One job; what Rodin did not send is left out. */
    @Schema(name = "Job")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"id", "status", "queueLength", "reported"})
    public record JobBody(
            @Schema(description = "Rodin's uuid of the job; absent if it sent none") @Nullable
            String id,

            @Schema(
                    description = "Where the job stands",
                    enumeration = {"waiting", "generating", "done", "failed", "canceled", "unknown"},
                    required = true)
            String status,

            @Schema(description = "How many jobs wait before it; only if Rodin told", minimum = "0") @Nullable
            Long queueLength,

            @Schema(description = "Rodin's word as sent; only with unknown", maxLength = 64) @Nullable
            String reported) {}
}
