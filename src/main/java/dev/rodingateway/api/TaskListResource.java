package dev.rodingateway.api;

import dev.rodingateway.api.body.RequestBodies;
import dev.rodingateway.api.edge.Problem;
import dev.rodingateway.api.edge.ProblemCode;
import dev.rodingateway.api.log.RequestIds;
import dev.rodingateway.api.response.PacedResponse;
import dev.rodingateway.api.response.TaskListWriter;
import dev.rodingateway.api.response.TaskListWriter.Item;
import dev.rodingateway.api.response.TaskListWriter.Refused;
import dev.rodingateway.status.TaskStatuses;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.RetryDelay;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** The statuses of several tasks. */
@Path(TaskListResource.PATH)
public final class TaskListResource {

    public static final String PATH = "/tasks/status";

    /** How many keys of one list are looked up concurrently: fewer than there are connections to Rodin. */
    private static final int CONCURRENCY = 16;

    /** The {@code retryAfterMs} of failures that have none of their own; a failed key backs off for up to 15 s. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(TaskListResource.class);

    private final RequestBodies bodies;
    private final KeyList keyList;
    private final ListLimit limit;
    private final TaskStatuses statuses;
    private final TaskListWriter writer;

    TaskListResource(
            RequestBodies bodies, KeyList keyList, ListLimit limit, TaskStatuses statuses, TaskListWriter writer) {
        this.bodies = bodies;
        this.keyList = keyList;
        this.limit = limit;
        this.statuses = statuses;
        this.writer = writer;
    }

    /** Looks each key up as a request of its own would; a key that occurs twice is looked up once. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<PacedResponse>> list(@Context RoutingContext request) {
        io.vertx.core.Context eventLoop = Objects.requireNonNull(Vertx.currentContext());
        return bodies.read(request)
                .map(keyList::read)
                .chain(keys -> limit.run(() -> lookUp(keys, request.response()), end -> whenEnded(request, end)))
                .map(items -> ResponseBuilder.ok(new PacedResponse(request.response(), eventLoop, writer.write(items)))
                        .type("application/json")
                        .header(HttpHeaders.CACHE_CONTROL, "no-store")
                        .build());
    }

    /** If the caller has disconnected before, the end handler is not called any more. */
    private static void whenEnded(RoutingContext request, Runnable end) {
        request.addEndHandler(ended -> end.run());
        if (request.response().closed() || request.response().ended()) {
            end.run();
        }
    }

    private Uni<List<Item>> lookUp(List<String> keys, HttpServerResponse response) {
        String requestId = RequestIds.otherThan(keys, response);
        List<String> once = new ArrayList<>(new LinkedHashSet<>(keys));
        return Uni.join()
                .all(once.stream().map(key -> item(key, requestId)).toList())
                .usingConcurrencyOf(CONCURRENCY)
                .andFailFast()
                .map(items ->
                        keys.stream().map(key -> items.get(once.indexOf(key))).toList());
    }

    private Uni<Item> item(String key, String requestId) {
        return Uni.createFrom()
                .item(() -> new TaskKey(key))
                .chain(statuses::lookUp)
                .map(writer::task)
                .onFailure(LookupFailure.class)
                .recoverWithItem(failure -> problem(failure, requestId))
                .onFailure()
                .recoverWithItem(failure -> internalError(failure, requestId));
    }

    private static Item problem(LookupFailure failure, String requestId) {
        Problem problem = Problem.of(ProblemCode.of(failure.kind()), failure.upstreamCode(), requestId);
        Duration known = failure.retryAfter();
        Duration retryAfter = known == null ? RetryDelay.spread(RETRY_AFTER) : known;
        return new Refused(failure.isFinal() ? problem : problem.withRetryAfter(retryAfter));
    }

    private static Item internalError(Throwable failure, String requestId) {
        LOG.error("A look-up ended in an unexpected failure", failure);
        return new Refused(
                Problem.of(ProblemCode.INTERNAL_ERROR, null, requestId).withRetryAfter(RetryDelay.spread(RETRY_AFTER)));
    }
}
