package dev.rodingateway.api.events;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.oneOf;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.api.SimulatorResource;
import dev.rodingateway.api.edge.Problem;
import dev.rodingateway.api.events.EventReader.Event;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Event streams over HTTP. */
@QuarkusTest
@WithTestResource(SimulatorResource.class)
class TaskEventsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EVENTS = "/tasks/{key}/events";
    private static final String STATUS = "/tasks/{key}/status";

    @SimulatorResource.Url
    String simulator;

    @TestHTTPResource("/tasks/")
    URI tasks;

    private final String still = "empty-" + UUID.randomUUID();
    private final String moving = "demo-" + UUID.randomUUID();

    @Test
    void firstEventIsSentImmediatelyAndAsInTheContract() throws Exception {
        try (EventReader stream = open(still)) {
            assertThat(stream.response().statusCode()).isEqualTo(200);
            assertThat(stream.response().headers().map())
                    .containsEntry("Content-Type", List.of("text/event-stream"))
                    .containsEntry("Cache-Control", List.of("no-store, no-transform"))
                    .containsEntry("X-Accel-Buffering", List.of("no"))
                    .containsEntry("X-Content-Type-Options", List.of("nosniff"));
            assertThat(Integer.parseInt(stream.next().retry())).isBetween(1000, 3000);
            Event first = stream.next();
            assertThat(first.name()).isEqualTo("status");
            assertThat(when().get(STATUS, still).header("ETag")).isEqualTo("W/\"" + first.id() + "\"");
            JsonNode body = JSON.readTree(first.data());
            assertThat(body.fieldNames())
                    .toIterable()
                    .containsExactly("status", "terminal", "progress", "jobs", "checkedAt", "stale", "pollAfterMs");
            assertThat(body.get("status").textValue()).isEqualTo("waiting");
        }
    }

    @Test
    void streamSendsEachStatusAndEndsWithTheTask() throws Exception {
        List<String> ids = new ArrayList<>();
        LinkedHashSet<String> states = new LinkedHashSet<>();
        try (EventReader stream = open(moving)) {
            assertThat(stream.next().retry()).isNotNull();
            for (Event event = stream.next(); event != EventReader.END; event = stream.next()) {
                assertThat(event.name()).isEqualTo("status");
                ids.add(event.id());
                states.add(JSON.readTree(event.data()).get("status").textValue());
            }
        }

        assertThat(states).containsExactly("waiting", "generating", "done");
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void callerWithTheLastEventReceivesTheNextOnly() {
        String last = idOf(when().get(STATUS, moving).header("ETag"));

        try (EventReader stream = open(moving, "Last-Event-ID", last)) {
            assertThat(stream.next().retry()).isNotNull();
            assertThat(stream.next().id()).isNotNull().isNotEqualTo(last);
        }
    }

    @Test
    void callerWithAnOlderEventReceivesTheCurrentStatus() {
        String current = idOf(when().get(STATUS, still).header("ETag"));

        try (EventReader stream = open(still, "Last-Event-ID", "older")) {
            assertThat(stream.next().retry()).isNotNull();
            assertThat(stream.next().id()).isEqualTo(current);
        }
    }

    @Test
    void reconnectionAfterTheTerminalStatusGetsA204() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> when().get(STATUS, moving).path("terminal"));
        String last = idOf(when().get(STATUS, moving).header("ETag"));

        given().header("Last-Event-ID", last).get(EVENTS, moving).then().statusCode(204);
        when().get(EVENTS, moving).then().statusCode(200).body(startsWith("retry: "));
    }

    @ParameterizedTest
    @CsvSource({
        "unknown-a-task, 404, task-not-found",
        "not*a*key, 400, invalid-key",
        "credentials-refused, 502, upstream-credentials"
    })
    void failureBeforeTheFirstEventIsAProblemResponse(String key, int status, String code) {
        when().get(EVENTS, key)
                .then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("code", equalTo(code));
    }

    @Test
    void outageChangesOnlyStale() throws Exception {
        try (EventReader stream = open(still)) {
            assertThat(stream.next().retry()).isNotNull();
            Event fresh = stream.next();
            given().post(simulator + "/simulator/outage?mode=refuse-502").then().statusCode(204);
            Event stale = stream.next();
            given().post(simulator + "/simulator/outage?mode=off").then().statusCode(204);
            Event again = stream.next();

            assertThat(JSON.readTree(fresh.data()).get("stale").booleanValue()).isFalse();
            assertThat(JSON.readTree(stale.data()).get("stale").booleanValue()).isTrue();
            assertThat(JSON.readTree(again.data()).get("stale").booleanValue()).isFalse();
            assertThat(stale.id()).isNotEqualTo(fresh.id());
            assertThat(again.id()).isEqualTo(fresh.id());
        } finally {
            given().post(simulator + "/simulator/outage?mode=off").then().statusCode(204);
        }
    }

    @Test
    void otherMediaTypesAreNotAcceptable() {
        given().accept("application/json").get(EVENTS, still).then().statusCode(406);
        given().post(EVENTS, still).then().statusCode(405).body("code", equalTo("method-not-allowed"));
        when().head(EVENTS, still)
                .then()
                .statusCode(200)
                .header("Content-Type", startsWith("text/event-stream"))
                .body(is(emptyString()));
        given().accept("text/event-stream, application/json;q=0.5")
                .get(EVENTS, "unknown-a-task")
                .then()
                .statusCode(oneOf(404));
    }

    @Test
    void callerThatAcceptsOnlyProblemsGetsTheStreamOrItsProblem() {
        try (EventReader stream = open(still, "Accept", Problem.MEDIA_TYPE)) {
            assertThat(stream.response().statusCode()).isEqualTo(200);
            assertThat(stream.response().headers().map()).containsEntry("Content-Type", List.of("text/event-stream"));
        }
        given().accept(Problem.MEDIA_TYPE)
                .get(EVENTS, "unknown-a-task")
                .then()
                .statusCode(404)
                .contentType(Problem.MEDIA_TYPE)
                .body("code", equalTo("task-not-found"));
    }

    private EventReader open(String key, String... headers) {
        return EventReader.open(tasks.resolve(key + "/events"), headers);
    }

    private static String idOf(String tag) {
        return tag.substring("W/\"".length(), tag.length() - 1);
    }
}
