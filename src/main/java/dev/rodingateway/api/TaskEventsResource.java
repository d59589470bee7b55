package dev.rodingateway.api;

import dev.rodingateway.api.events.EventStream;
import dev.rodingateway.api.events.EventWriter;
import dev.rodingateway.api.events.TaskEvents;
import dev.rodingateway.status.TaskWatches;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Encoded;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Objects;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** How one task moves. */
@Path("/tasks/{key}/events")
public final class TaskEventsResource {

    /** Keeps proxies from closing a quiet stream. */
    private static final long HEARTBEAT_MILLIS = 15_000;

    private final TaskWatches watches;
    private final EventWriter events;

    TaskEventsResource(TaskWatches watches, EventWriter events) {
        this.watches = watches;
        this.events = events;
    }

    /**
     * Tells where the task stands and of each change from there on. Whoever comes back after the end of a task has nothing
     * more to hear: a 204 keeps an {@code EventSource} from coming back again.
     */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Uni<RestResponse<TaskEvents>> events(
            @PathParam("key") @Encoded String key,
            @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
            @Context RoutingContext request) {
        TaskKey task = PathKey.decode(key);
        EventStream stream = new EventStream(
                onAccepted -> watches.watch(task, onAccepted),
                lastEventId,
                request.response(),
                events,
                Objects.requireNonNull(Vertx.currentContext()),
                HEARTBEAT_MILLIS);
        request.addEndHandler(ended -> stream.close());
        boolean headOnly = request.request().method().equals(HttpMethod.HEAD);
        return stream.begin().map(anythingToTell -> {
            if (anythingToTell) {
                return opened(headOnly ? null : new TaskEvents(stream::open));
            }
            return RestResponse.noContent();
        });
    }

    private static RestResponse<TaskEvents> opened(@Nullable TaskEvents stream) {
        return ResponseBuilder.ok(stream)
                .type(MediaType.SERVER_SENT_EVENTS)
                .header(HttpHeaders.CACHE_CONTROL, "no-store, no-transform")
                .header("X-Accel-Buffering", "no")
                .build();
    }
}
