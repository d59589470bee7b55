package dev.rodingateway.api.log;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.api.LoggedRecords;
import dev.rodingateway.api.SimulatorResource;
import dev.rodingateway.api.edge.CorsTest;
import dev.rodingateway.api.events.EventReader;
import dev.rodingateway.task.TaskKey;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The log line of each request, if enabled. */
@QuarkusTest
@TestProfile(CorsTest.TwoOrigins.class)
@WithTestResource(SimulatorResource.class)
class RequestLogTest {

    private static final String STATUS = "/tasks/{key}/status";

    @TestHTTPResource("/tasks/")
    URI tasks;

    private final String key = "empty-" + UUID.randomUUID();
    private final String id = UUID.randomUUID().toString();
    private LoggedRecords log;

    @BeforeEach
    void listen() {
        log = new LoggedRecords("dev.rodingateway.requests");
    }

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void lineOfALookUpHasAllFieldsAndNotTheKey() {
        given().header("X-Request-Id", id).get(STATUS, key).then().statusCode(200);

        Map<String, String> line = line();
        assertThat(Double.parseDouble(line.remove("durationMs"))).isPositive();
        assertThat(line)
                .isEqualTo(Map.of(
                        "message", "GET /tasks/{key}/status 200",
                        "requestId", id,
                        "method", "GET",
                        "route", STATUS,
                        "status", "200",
                        "cache", "fwd=miss; stored",
                        "keyFingerprint", new TaskKey(key).fingerprint()));
    }

    @Test
    void hitOnTheFastPathIsLogged() {
        when().get(STATUS, key);
        given().header("X-Request-Id", id).get(STATUS, key).then().statusCode(200);

        assertThat(line()).containsEntry("route", STATUS).hasEntrySatisfying("cache", cache -> assertThat(cache)
                .startsWith("hit; ttl="));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /tasks/unknown-task/status, /tasks/{key}/status, 404, task-not-found",
        "GET, /tasks/not*a*key/events, /tasks/{key}/events, 400, invalid-key",
        "GET, /tasks/a;b/status, /tasks/{key}/status, 400, invalid-key",
        "GET, /tasks/a/other, OTHER, 404, not-found",
        "GET, /nothing, OTHER, 404, not-found",
        "DELETE, /tasks/a/status, /tasks/{key}/status, 405, method-not-allowed",
        "POST, /tasks/status, /tasks/status, 415, unsupported-media-type"
    })
    void lineOfAProblemHasItsCode(String method, String path, String route, String status, String code) {
        given().urlEncodingEnabled(false).header("X-Request-Id", id).request(method, path);

        assertThat(line())
                .containsEntry("method", method)
                .containsEntry("route", route)
                .containsEntry("status", status)
                .containsEntry("problem", code);
    }

    @Test
    void requestOfARejectedOriginIsLogged() {
        given().header("X-Request-Id", id)
                .header("Origin", "https://evil.example.com")
                .get(STATUS, key)
                .then()
                .statusCode(403);

        assertThat(line()).containsEntry("status", "403").containsEntry("problem", "origin-not-allowed");
    }

    @Test
    void unknownMethodIsLoggedAsOther() {
        given().header("X-Request-Id", id).request("PURGE" + "KEY", STATUS, key);

        assertThat(line()).containsEntry("method", "OTHER").containsEntry("message", "OTHER /tasks/{key}/status 405");
    }

    @Test
    void streamWhoseClientDisconnectedIsLoggedWhenItHasEnded() {
        try (EventReader stream = EventReader.open(tasks.resolve(key + "/events"), "X-Request-Id", id)) {
            assertThat(stream.next().retry()).isNotNull();
            assertThat(log.records()).noneMatch(line -> line.get("requestId").equals(id));
        }

        assertThat(line()).containsEntry("route", "/tasks/{key}/events").containsEntry("aborted", "true");
    }

    /** Returns the line of this test's request, which may be written after the caller has received the response. */
    private Map<String, String> line() {
        await().until(() -> log.records().stream().anyMatch(this::isMine));
        assertThat(log.records().stream().filter(this::isMine)).hasSize(1);
        return new HashMap<>(
                log.records().stream().filter(this::isMine).findFirst().orElseThrow());
    }

    private boolean isMine(Map<String, String> line) {
        return line.get("requestId").equals(id);
    }
}
