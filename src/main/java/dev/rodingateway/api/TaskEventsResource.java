package dev.rodingateway.api;

import dev.rodingateway.status.Answer;
import dev.rodingateway.status.TaskStatuses;
import dev.rodingateway.status.Watches;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.Encoded;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** How one task moves. */
@Path("/tasks/{key}/events")
public final class TaskEventsResource {

    private final TaskStatuses statuses;
    private final Watches watches;
    private final EventWriter events;

    TaskEventsResource(TaskStatuses statuses, Watches watches, EventWriter events) {
        this.statuses = statuses;
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
            @Context HttpServerResponse response) {
        TaskKey task = PathKey.decode(key);
        return statuses.lookUp(task).map(first -> {
            if (hasEndedWith(lastEventId, first)) {
                return RestResponse.noContent();
            }
            watches.requireRoom();
            return ResponseBuilder.ok(new TaskEvents(watches.watch(task), lastEventId, response))
                    .type(MediaType.SERVER_SENT_EVENTS)
                    .header(HttpHeaders.CACHE_CONTROL, "no-store, no-transform")
                    .header("X-Accel-Buffering", "no")
                    .build();
        });
    }

    private boolean hasEndedWith(@Nullable String lastEventId, Answer answer) {
        return answer.snapshot().status().terminal()
                && events.status(answer).id().equals(lastEventId);
    }
}
