package dev.rodingateway.api;

import dev.rodingateway.status.TaskStatuses;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/**
 * Where many tasks stand. From the framework's router the path hides one key, "status", which Rodin's never are: they are
 * JWTs.
 */
@Path(TaskListResource.PATH)
public final class TaskListResource {

    static final String PATH = "/tasks/status";
    static final String ALLOWED = "POST, OPTIONS";

    private final TaskListLookUp tasks;

    TaskListResource(TaskStatuses statuses, AnswerWriter answers) {
        this.tasks = new TaskListLookUp(statuses::lookUp, answers::body);
    }

    /** Answers each key as the resource of a single task would, all in one. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<TaskListBody>> statuses(KeysBody body) {
        return tasks.lookUp(body.keys()).map(list -> ResponseBuilder.ok(list)
                .type(MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build());
    }

    /** Answers in place of the framework, which would promise HEAD. */
    @OPTIONS
    public RestResponse<Void> options() {
        return ResponseBuilder.<Void>noContent()
                .header(HttpHeaders.ALLOW, ALLOWED)
                .build();
    }
}
