package dev.rodingateway.api;

import dev.rodingateway.api.response.StatusResponses;
import dev.rodingateway.status.LongPoll;
import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.TaskStatuses;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
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
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** The status of one task. */
@Path(TaskStatusResource.PATH)
public final class TaskStatusResource {

    static final String PATH = "/tasks/{key}/status";

    private final TaskStatuses statuses;
    private final StatusResponses responses;
    private final LongPoll longPoll;

    TaskStatusResource(TaskStatuses statuses, StatusResponses responses, LongPoll longPoll) {
        this.statuses = statuses;
        this.responses = responses;
        this.longPoll = longPoll;
    }

    /** Returns the status from the cache or from Rodin. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<Buffer>> status(
            @PathParam("key") @Encoded String key, @Context HttpHeaders headers, @Context RoutingContext routing) {
        TaskKey task = PathKey.decode(key);
        List<String> ifNoneMatch = values(headers, HttpHeaders.IF_NONE_MATCH);
        Duration wait = WaitPreference.of(values(headers, "Prefer"));
        Uni<LookupResult> answer = wait == null ? statuses.lookUp(task) : hold(task, ifNoneMatch, wait);
        return answer.map(
                found -> respond(found, ifNoneMatch, wait, routing.response().headers()));
    }

    private Uni<LookupResult> hold(TaskKey task, List<String> ifNoneMatch, Duration wait) {
        return ifNoneMatch.isEmpty()
                ? longPoll.hold(task, wait)
                : longPoll.hold(task, answer -> responses.isKnown(answer, ifNoneMatch), wait);
    }

    private RestResponse<Buffer> respond(
            LookupResult answer, List<String> ifNoneMatch, @Nullable Duration wait, MultiMap headers) {
        Buffer body = responses.write(answer, ifNoneMatch, headers);
        if (wait != null) {
            headers.set("Preference-Applied", "wait=" + wait.toSeconds());
        }
        ResponseBuilder<Buffer> response = body == null ? ResponseBuilder.notModified() : ResponseBuilder.ok(body);
        // The framework sets this header again, by default with a charset or, on a 304, not at all.
        return response.type(StatusResponses.MEDIA_TYPE).build();
    }

    private static List<String> values(HttpHeaders headers, String name) {
        List<String> values = headers.getRequestHeader(name);
        return values == null ? List.of() : values;
    }
}
