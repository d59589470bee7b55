package dev.rodingateway.api;

import dev.rodingateway.api.response.StatusResponses;
import dev.rodingateway.status.LongPoll;
import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.TaskStatuses;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
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

/** Where one task stands. */
@Path(TaskStatusResource.PATH)
public final class TaskStatusResource {

    static final String PATH = "/tasks/{key}/status";

    private final TaskStatuses statuses;
    private final StatusResponses answers;
    private final LongPoll longPoll;

    TaskStatusResource(TaskStatuses statuses, StatusResponses answers, LongPoll longPoll) {
        this.statuses = statuses;
        this.answers = answers;
        this.longPoll = longPoll;
    }

    /** Answers from what is kept, or asks Rodin. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<Buffer>> status(@PathParam("key") @Encoded String key, @Context HttpHeaders headers) {
        TaskKey task = PathKey.decode(key);
        List<String> ifNoneMatch = values(headers, HttpHeaders.IF_NONE_MATCH);
        Duration wait = WaitPreference.of(values(headers, "Prefer"));
        Uni<LookupResult> answer = wait == null ? statuses.lookUp(task) : hold(task, ifNoneMatch, wait);
        return answer.map(found -> answers.respond(found, ifNoneMatch, wait));
    }

    private Uni<LookupResult> hold(TaskKey task, List<String> ifNoneMatch, Duration wait) {
        return ifNoneMatch.isEmpty()
                ? longPoll.hold(task, wait)
                : longPoll.hold(task, answer -> answers.isKnown(answer, ifNoneMatch), wait);
    }

    private static List<String> values(HttpHeaders headers, String name) {
        List<String> values = headers.getRequestHeader(name);
        return values == null ? List.of() : values;
    }
}
