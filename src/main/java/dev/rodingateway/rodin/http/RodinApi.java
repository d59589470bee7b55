package dev.rodingateway.rodin.http;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rodingateway.rodin.token.BearerToken;
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

    /** Calls Rodin once. The body is left unread, because what it means depends on the status code and vice versa. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    Uni<Response> check(Request request);

    /**
     * One call. Its JSON is the request body, which has the task's key and nothing else. It prints as stars, because all of it
     * is secret.
     *
     * @param subscriptionKey the task's key, as Rodin calls it
     * @param token is sent in a header, by {@link BearerTokenFilter}
     * @param head receives the head of the response, by {@link ResponseHead.Filter}
     */
    @JsonIncludeProperties("subscription_key")
    record Request(
            @JsonProperty("subscription_key") String subscriptionKey,
            @JsonIgnore BearerToken token,
            @JsonIgnore ResponseHead head) {

        static Request of(Check check) {
            return new Request(check.key().value(), check.token(), new ResponseHead());
        }

        @Override
        public String toString() {
            return "Request[***]";
        }
    }
}
