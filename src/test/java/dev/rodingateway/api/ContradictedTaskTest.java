package dev.rodingateway.api;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.rodingateway.api.events.EventReader;
import dev.rodingateway.rodin.WireMockRodin;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stray response, such as that of another task, while callers wait for changes of a known one. */
@QuarkusTest
@WithTestResource(value = WireMockRodin.class, initArgs = @ResourceArg(name = WireMockRodin.TIMEOUT, value = "2500ms"))
@Tag("thorough")
class ContradictedTaskTest {

    private static final String GENERATING = "{\"jobs\":[{\"uuid\":\"j-1\",\"status\":\"Generating\"}]}";
    private static final String DONE = "{\"jobs\":[{\"uuid\":\"j-1\",\"status\":\"Done\"}]}";

    private final String key = "contradicted-" + UUID.randomUUID();

    WireMockServer rodin;

    @TestHTTPResource("/tasks/")
    URI tasks;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":\"NO_SUCH_TASK\"}",
                "{\"error\":\"INVALID_REQUEST\"}",
                "{\"jobs\":[{\"uuid\":\"of-another-task\",\"status\":\"Done\"}]}",
                "{\"jobs\":[{\"status\":\"Done\"}]}"
            })
    void singleStrayResponseEndsNeitherStreamsNorLongPolls(String stray) throws Exception {
        answerInTurn(GENERATING, stray, GENERATING, DONE);
        String tag = when().get("/tasks/{key}/status", key)
                .then()
                .statusCode(200)
                .extract()
                .header("ETag");
        int port = RestAssured.port;

        try (EventReader stream = EventReader.open(tasks.resolve(key + "/events"))) {
            CompletableFuture<Response> longPoll = CompletableFuture.supplyAsync(() -> given().port(port)
                    .header("If-None-Match", tag)
                    .header("Prefer", "wait=20")
                    .get("/tasks/{key}/status", key));

            EventReader.Event first = stream.next();
            assertThat(first.retry()).as(first.toString()).isNotNull();
            assertThat(stream.next().data()).contains("\"status\":\"generating\"");
            EventReader.Event next = stream.next();
            assertThat(next.name()).as(next.toString()).isEqualTo("status");
            assertThat(next.data()).contains("\"status\":\"done\"").contains("j-1");
            assertThat(stream.next()).isEqualTo(EventReader.END);
            longPoll.get(20, TimeUnit.SECONDS).then().statusCode(200).body("jobs[0].id", equalTo("j-1"));
        }
    }

    @Test
    void unknownTaskConfirmedBySecondResponseEndsTheStreamWithAProblem() {
        answerInTurn(GENERATING, "{\"error\":\"NO_SUCH_TASK\"}", "{\"error\":\"NO_SUCH_TASK\"}");

        try (EventReader stream = EventReader.open(tasks.resolve(key + "/events"))) {
            assertThat(stream.next().retry()).isNotNull();
            assertThat(stream.next().data()).contains("\"status\":\"generating\"");
            assertThat(stream.next().data()).contains("task-not-found");
            assertThat(stream.next()).isEqualTo(EventReader.END);
        }
    }

    private void answerInTurn(String... bodies) {
        for (int i = 0; i < bodies.length; i++) {
            rodin.stubFor(post(urlEqualTo("/api/v2/status"))
                    .withRequestBody(matchingJsonPath("$.subscription_key", WireMock.equalTo(key)))
                    .inScenario(key)
                    .whenScenarioStateIs(i == 0 ? Scenario.STARTED : "after " + i)
                    .willReturn(aResponse()
                            .withStatus(201)
                            .withHeader("Content-Type", "application/json")
                            .withBody(bodies[i]))
                    .willSetStateTo("after " + Math.min(i + 1, bodies.length - 1)));
        }
    }
}
