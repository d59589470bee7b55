package dev.rodingateway.api;

import dev.rodingateway.status.TaskStatuses;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Encoded;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/** Where one task stands. */
@Path("/tasks/{key}/status")
public final class TaskStatusResource {

    private final TaskStatuses statuses;
    private final AnswerWriter answers;

    TaskStatusResource(TaskStatuses statuses, AnswerWriter answers) {
        this.statuses = statuses;
        this.answers = answers;
    }

    /** Answers from what is kept, or asks Rodin. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<TaskStatusBody>> status(@PathParam("key") @Encoded String key) {
        return statuses.lookUp(PathKey.decode(key)).map(answers::respond);
    }
}
