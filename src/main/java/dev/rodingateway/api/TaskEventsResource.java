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

/** The changes of one task as server-sent events. */
@Path("/tasks/{key}/events")
public final class TaskEventsResource {

    /** The interval of comments, which keep proxies from closing an idle stream. */
    private static final long HEARTBEAT_MILLIS = 15_000;

    private final TaskWatches watches;
    private final EventWriter events;

    TaskEventsResource(TaskWatches watches, EventWriter events) {
        this.watches = watches;
        this.events = events;
    }

    /**
     * Sends the current status and each change. A client that reconnects after a terminal status gets a 204, which keeps an
     * {@code EventSource} from reconnecting again.
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
        return stream.begin().map(hasEvents -> {
            if (hasEvents) {
                return open(headOnly ? null : new TaskEvents(stream::open));
            }
            return RestResponse.noContent();
        });
    }

    private static RestResponse<TaskEvents> open(@Nullable TaskEvents stream) {
        return ResponseBuilder.ok(stream)
                .type(MediaType.SERVER_SENT_EVENTS)
                .header(HttpHeaders.CACHE_CONTROL, "no-store, no-transform")
                .header("X-Accel-Buffering", "no")
                .build();
    }
}
