package dev.rodingateway.api.log;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import dev.rodingateway.api.LoggedRecords;
import dev.rodingateway.api.RawAnswer;
import dev.rodingateway.api.SimulatorResource;
import dev.rodingateway.api.edge.ProblemMappers;
import dev.rodingateway.api.events.EventReader;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section "Request ids" of the contract. */
@QuarkusTest
@WithTestResource(SimulatorResource.class)
class RequestIdsTest {

    private static final String ID = "X-Request-Id";
    private static final String STATUS = "/tasks/{key}/status";
    private static final String NEW = "[0-9a-f]{16}";
    private static final String KEY = "empty-request-ids";

    @TestHTTPResource("/tasks/")
    URI tasks;

    private final String id = UUID.randomUUID().toString();

    @Test
    void everyResponseToALookUpHasTheCallersId() {
        String tag = when().get(STATUS, KEY).header("ETag");

        assertCarriesId(200, given().header(ID, id).get(STATUS, KEY));
        assertCarriesId(200, given().header(ID, id).accept("application/*").get(STATUS, KEY));
        assertCarriesId(200, given().header(ID, id).head(STATUS, KEY));
        assertCarriesId(304, given().header(ID, id).header("If-None-Match", tag).get(STATUS, KEY));
        assertCarriesId(
                304,
                given().header(ID, id)
                        .header("If-None-Match", tag)
                        .header("Prefer", "wait=1")
                        .get(STATUS, KEY));
        assertCarriesId(
                200,
                given().header(ID, id)
                        .contentType("application/json")
                        .body("{\"keys\":[\"" + KEY + "\"]}")
                        .post("/tasks/status"));
        try (EventReader stream = EventReader.open(tasks.resolve(KEY + "/events"), ID, id)) {
            assertThat(stream.response().headers().firstValue(ID)).contains(id);
        }
    }

    @Test
    void responseThatEndsAnEventSourceHasTheCallersId() {
        String key = "demo-request-ids";
        await().atMost(Duration.ofSeconds(20))
                .until(() -> when().get(STATUS, key).path("terminal"));
        String tag = when().get(STATUS, key).header("ETag");

        assertCarriesId(
                204,
                given().header(ID, id)
                        .header("Last-Event-ID", tag.substring(3, tag.length() - 1))
                        .get("/tasks/{key}/events", key));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /tasks/unknown-task/status, 404",
        "GET, /tasks/unknown-task/events, 404",
        "GET, /tasks/not*a*key/status, 400",
        "GET, /tasks/a;b/status, 400",
        "GET, //tasks/a/status, 404",
        "GET, /nothing/here, 404",
        "DELETE, /tasks/a/status, 405",
        "POST, /tasks/status, 415",
        "GET, /broken-on-purpose, 500"
    })
    void problemHasTheCallersIdInHeaderAndBody(String method, String path, int status) {
        Response problem = given().urlEncodingEnabled(false).header(ID, id).request(method, path);

        assertCarriesId(status, problem);
        problem.then().body("instance", equalTo("urn:rodin-gateway:request:" + id));
    }

    @Test
    void rejectionOfATooLongRequestHasTheCallersId() {
        assertCarriesId(414, given().header(ID, id).get("/tasks/" + "a".repeat(17_000) + "/status"));
        assertCarriesId(
                431, given().header(ID, id).header("X-Long", "a".repeat(21_000)).get(STATUS, KEY));
        assertCarriesId(
                413,
                given().header(ID, id)
                        .contentType("application/json")
                        .body("x".repeat(256 * 1024 + 1))
                        .post("/tasks/status"));
        assertCarriesId(406, given().header(ID, id).accept("text/html").get(STATUS, KEY));
        assertCarriesId(200, given().header(ID, id).options(STATUS, KEY));
        assertCarriesId(200, given().header(ID, id).get("/q/openapi"));
    }

    @Test
    void problemsOfAListHaveTheIdOfTheRequest() {
        given().header(ID, id)
                .contentType("application/json")
                .body("{\"keys\":[\"unknown-task\",\"not a key\"]}")
                .post("/tasks/status")
                .then()
                .body("tasks.problem.instance", equalTo(List.of(instance(id), instance(id))));
    }

    @Test
    void requestWithoutAnIdGetsANewOne() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            ids.add(when().get(STATUS, KEY).header(ID));
        }

        assertThat(ids).hasSize(100).allMatch(one -> one.matches(NEW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "A.b_c~d-e", "1234567890123456789012345678901234567890123456789012345678901234"})
    void validIdIsUsed(String sent) {
        given().header(ID, sent).get(STATUS, KEY).then().header(ID, sent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12345678901234567890123456789012345678901234567890123456789012345",
                "two words",
                "a/b",
                "a\"b",
                "a;b",
                "a,b",
                "%41",
                "{}"
            })
    void invalidIdIsReplaced(String sent) {
        given().header(ID, sent).get(STATUS, KEY).then().header(ID, matchesPattern(NEW));
    }

    @Test
    void emptyIdIsReplaced() {
        RawAnswer answer = RawAnswer.toGet(RestAssured.port, "/tasks/a/status HTTP/1.1\r\nX-Request-Id:\r\nX-Rest:");

        assertThat(answer.head()).containsPattern("(?i)x-request-id: " + NEW);
    }

    static List<String> keysAsCallersMaySendThem() {
        return List.of(KEY, "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0");
    }

    @ParameterizedTest
    @MethodSource("keysAsCallersMaySendThem")
    void keyIsNotAcceptedAsAnId(String key) {
        String encoded = "%" + Integer.toHexString(KEY.charAt(0)) + KEY.substring(1);

        for (String path : List.of(KEY, encoded)) {
            given().urlEncodingEnabled(false)
                    .header(ID, key)
                    .get("/tasks/" + path + "/status")
                    .then()
                    .statusCode(200)
                    .header(ID, matchesPattern(NEW));
        }
        given().header(ID, key)
                .contentType("application/json")
                .body("{\"keys\":[\"" + KEY + "\"]}")
                .post("/tasks/status")
                .then()
                .statusCode(200)
                .header(ID, matchesPattern(NEW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/broken-on-purpose", "/broken-on-purpose/later"})
    void logLinesOfARequestHaveItsId(String path) {
        try (LoggedRecords log = new LoggedRecords(ProblemMappers.class.getName())) {
            given().header(ID, id).get(path).then().statusCode(500);

            assertThat(log.records()).singleElement().satisfies(line -> assertThat(line)
                    .containsEntry("requestId", id));
        }
    }

    private void assertCarriesId(int status, Response answer) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().getValues(ID)).containsExactly(id);
    }

    private static String instance(String id) {
        return "urn:rodin-gateway:request:" + id;
    }
}
