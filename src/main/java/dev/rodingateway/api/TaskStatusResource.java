package dev.rodingateway.api;

import dev.rodingateway.status.TaskStatuses;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Encoded;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestResponse;

/** Where one task stands. */
@Path("/tasks/{key}/status")
public final class TaskStatusResource {

    private static final String PROBLEM = Problem.MEDIA_TYPE;

    private final TaskStatuses statuses;
    private final AnswerWriter answers;
    private final LongPoll longPoll;

    TaskStatusResource(TaskStatuses statuses, AnswerWriter answers, LongPoll longPoll) {
        this.statuses = statuses;
        this.answers = answers;
        this.longPoll = longPoll;
    }

    /** Answers from what is kept, or asks Rodin. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "getTaskStatus",
            summary = "Where a task stands",
            description =
                    "Answers from what is kept or asks Rodin. A task that failed is a 200 with the status \"failed\"; "
                            + "only a look-up that failed is a 4xx or 5xx.")
    @APIResponse(
            responseCode = "200",
            description = "Where the task stands",
            headers = {
                @Header(
                        name = "Cache-Control",
                        description = "private, max-age=S: the whole seconds for which such a status counts as fresh",
                        schema = @Schema(type = SchemaType.STRING)),
                @Header(
                        name = "Age",
                        description = "Whole seconds since checkedAt",
                        schema = @Schema(type = SchemaType.INTEGER)),
                @Header(
                        name = "Cache-Status",
                        description = "How the answer was come by (RFC 9211), such as rodin-gateway; hit; ttl=1",
                        schema = @Schema(type = SchemaType.STRING)),
                @Header(
                        name = "Retry-After",
                        description = "Whole seconds after which asking again is worth while; absent when terminal",
                        schema = @Schema(type = SchemaType.INTEGER))
            },
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = TaskStatusBody.class)))
    @APIResponse(
            responseCode = "400",
            description = "invalid-key, invalid-request",
            content = @Content(mediaType = PROBLEM, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "404",
            description = "task-not-found",
            content = @Content(mediaType = PROBLEM, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "406",
            description = "not-acceptable",
            content = @Content(mediaType = PROBLEM, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "500",
            description = "internal-error",
            content = @Content(mediaType = PROBLEM, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "502",
            description = "upstream-credentials, upstream-account, upstream-invalid-response, upstream-error",
            content = @Content(mediaType = PROBLEM, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "503",
            description = "upstream-throttled, upstream-unavailable; Retry-After says when to come back",
            content = @Content(mediaType = PROBLEM, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "504",
            description = "upstream-timeout",
            content = @Content(mediaType = PROBLEM, schema = @Schema(implementation = Problem.class)))
    public Uni<RestResponse<TaskStatusBody>> status(
            @Parameter(
                            description =
                                    "Rodin's subscription_key. Whoever holds it can read the task: treat it as a secret.",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            minLength = 1,
                                            maxLength = 2048,
                                            pattern = "^[A-Za-z0-9._~-]+$"))
                    @PathParam("key")
                    @Encoded
                    String key,
            @Context HttpHeaders headers) {
        TaskKey task = PathKey.decode(key);
        List<String> ifNoneMatch = values(headers, HttpHeaders.IF_NONE_MATCH);
        Duration wait = WaitPreference.of(values(headers, "Prefer"));
        return statuses.lookUp(task)
                .chain(answer -> wait != null && (ifNoneMatch.isEmpty() || answers.isKnown(answer, ifNoneMatch))
                        ? longPoll.hold(task, answer, wait)
                        : Uni.createFrom().item(answer))
                .map(answer -> answers.respond(answer, ifNoneMatch, wait));
    }

    private static List<String> values(HttpHeaders headers, String name) {
        List<String> values = headers.getRequestHeader(name);
        return values == null ? List.of() : values;
    }
}
