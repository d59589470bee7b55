package dev.rodingateway.api.events;

import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.api.FaultyRodin;
import dev.rodingateway.api.FaultyRodin.Fault;
import dev.rodingateway.api.events.EventReader.Event;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A stream of a task that Rodin no longer knows. */
@QuarkusTest
@WithTestResource(FaultyRodin.class)
class ProblemEventTest {

    FaultyRodin rodin;

    @TestHTTPResource("/tasks/")
    URI tasks;

    @Test
    void taskThatRodinNoLongerKnowsEndsTheStreamWithAProblem() throws Exception {
        // Given
        rodin.play(Fault.NONE);
        String key = "Waiting-" + UUID.randomUUID();
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> when().get(tasks.resolve(key + "/status"))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(200));
        try (EventReader stream = EventReader.open(tasks.resolve(key + "/events"))) {
            assertThat(stream.next().retry()).isNotNull();
            assertThat(stream.next().name()).isEqualTo("status");

            // When
            rodin.play(Fault.NO_SUCH_TASK);

            // Then
            Event problem = stream.next();
            assertThat(problem.name()).isEqualTo("problem");
            assertThat(problem.id()).isNull();
            JsonNode body = new ObjectMapper().readTree(problem.data());
            assertThat(body.get("code").textValue()).isEqualTo("task-not-found");
            assertThat(body.get("status").intValue()).isEqualTo(404);
            assertThat(body.get("instance").textValue())
                    .isEqualTo("urn:rodin-gateway:request:"
                            + stream.response()
                                    .headers()
                                    .firstValue("X-Request-Id")
                                    .orElseThrow());
            assertThat(body.get("upstreamCode").textValue()).isEqualTo("NO_SUCH_TASK");
            assertThat(stream.next()).isEqualTo(EventReader.END);
        }
    }
}
