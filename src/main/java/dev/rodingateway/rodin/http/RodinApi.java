package dev.rodingateway.rodin.http;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Rodin's status call as it is on the wire. */
@Path("/api/v2/status")
interface RodinApi {

    /** Asks once. The body is left unread, for its meaning depends on the code and the other way round. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    Uni<Response> check(CheckRequest request);
}
