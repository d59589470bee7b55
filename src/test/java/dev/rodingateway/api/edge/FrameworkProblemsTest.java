package dev.rodingateway.api.edge;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.rodingateway.rodin.WireMockRodin;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.junit.jupiter.api.Test;

/** The problems that no look-up can cause, from a resource of this test. */
@QuarkusTest
@WithTestResource(WireMockRodin.class)
class FrameworkProblemsTest {

    @Path("/broken-on-purpose")
    public static class BrokenResource {

        @GET
        @Operation(hidden = true)
        public String fail() {
            throw new IllegalStateException("a secret of the inside");
        }

        @GET
        @Path("/later")
        @Operation(hidden = true)
        public Uni<String> failElsewhere() {
            return Uni.createFrom()
                    .<String>failure(new IllegalStateException("a secret of the inside"))
                    .emitOn(Infrastructure.getDefaultExecutor());
        }

        @POST
        @Operation(hidden = true)
        @Consumes(MediaType.APPLICATION_JSON)
        public String read() {
            return "read";
        }
    }

    @Test
    void unexpectedExceptionIsAnInternalErrorWithoutDetails() {
        given().get("/broken-on-purpose")
                .then()
                .statusCode(500)
                .contentType(equalTo("application/problem+json"))
                .header("X-Content-Type-Options", "nosniff")
                .body("code", equalTo("internal-error"))
                .body(not(containsString("secret")))
                .body(not(containsString("Exception")));
    }

    @Test
    void unreadableMediaTypeIsUnsupported() {
        given().contentType("text/plain")
                .body("x")
                .post("/broken-on-purpose")
                .then()
                .statusCode(415)
                .contentType(equalTo("application/problem+json"))
                .body("code", equalTo("unsupported-media-type"));
    }
}
