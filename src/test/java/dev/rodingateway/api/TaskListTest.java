package dev.rodingateway.api;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Look-ups of lists over HTTP. */
@QuarkusTest
@WithTestResource(SimulatorResource.class)
class TaskListTest {

    private static final String LIST = "/tasks/status";
    private static final ObjectMapper JSON = new ObjectMapper();

    @SimulatorResource.Url
    String simulator;

    private final String id = UUID.randomUUID().toString();

    @Test
    void eachKeyHasATaskOrAProblemInTheOrderOfTheRequest() throws Exception {
        JsonNode tasks = list("demo-" + id, "unknown-task", "not a key", "credentials-refused", "empty-" + id);

        assertThat(tasks).hasSize(5);
        assertThat(tasks).allSatisfy(item -> assertThat(item.size()).isEqualTo(1));
        assertThat(tasks.at("/0/task").fieldNames())
                .toIterable()
                .containsExactly("status", "terminal", "progress", "jobs", "checkedAt", "stale", "pollAfterMs");
        assertThat(tasks.at("/0/task/progress/total").intValue()).isEqualTo(3);
        assertThat(tasks.at("/1/problem/code").textValue()).isEqualTo("task-not-found");
        assertThat(tasks.at("/1/problem/upstreamCode").textValue()).isEqualTo("NO_SUCH_TASK");
        assertThat(tasks.at("/2/problem/code").textValue()).isEqualTo("invalid-key");
        assertThat(tasks.at("/2/problem/status").intValue()).isEqualTo(400);
        assertThat(tasks.at("/3/problem/code").textValue()).isEqualTo("upstream-credentials");
        assertThat(tasks.at("/3/problem/retryAfterMs").longValue()).isPositive();
        assertThat(tasks.findValues("retryAfterMs"))
                .as("of failures that may be retried")
                .hasSize(1);
        assertThat(tasks.at("/4/task/jobs")).isEmpty();
    }

    @Test
    void responseIsNotCacheableAndContainsNoKey() {
        String key = "demo-" + id;

        given().contentType("application/json")
                .body(Map.of("keys", List.of(key, "no key " + id)))
                .post(LIST)
                .then()
                .statusCode(200)
                .header("Content-Type", "application/json")
                .header("Cache-Control", "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .body(org.hamcrest.Matchers.not(org.hamcrest.Matchers.containsString(id)));
    }

    @Test
    void duplicateKeyIsLookedUpOnceAndReturnedTwice() throws Exception {
        String key = "demo-" + id;
        long before = checks();

        JsonNode tasks = list(key, "empty-" + id, key, key);

        assertThat(tasks.get(2)).isEqualTo(tasks.get(0));
        assertThat(tasks.get(3)).isEqualTo(tasks.get(0));
        assertThat(tasks.get(1)).isNotEqualTo(tasks.get(0));
        assertThat(checks() - before).isEqualTo(2);
    }

    @Test
    void listAndSingleLookUpShareTheCache() {
        String key = "demo-" + id;

        // A status is fresh for seconds; on a busy machine it may expire between the two.
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            String checkedAt = when().get("/tasks/{key}/status", key).path("checkedAt");
            long before = checks();

            JsonNode tasks = list(key);

            assertThat(tasks.at("/0/task/checkedAt").textValue()).isEqualTo(checkedAt);
            assertThat(checks()).isEqualTo(before);
        });
    }

    @Test
    void hundredKeysOfFullLengthFit() throws Exception {
        List<String> keys = IntStream.range(0, 100)
                .mapToObj(i -> String.format("%04d", i) + "x".repeat(2044))
                .toList();

        JsonNode tasks = list(keys.toArray(String[]::new));

        assertThat(tasks).hasSize(100);
        assertThat(tasks).allSatisfy(item -> assertThat(item.at("/problem/code").textValue())
                .isEqualTo("task-not-found"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"keys\"",
                "{",
                "{}",
                "{\"keys\":null}",
                "{\"keys\":\"a\"}",
                "{\"keys\":{}}",
                "{\"keys\":[]}",
                "{\"keys\":[1]}",
                "{\"keys\":[\"a\",null]}",
                "{\"keys\":[[\"a\"]]}",
                "{\"keys\":[\"a\"]} x",
                "{\"keys\":[\"a\"]}{\"keys\":[\"b\"]}",
                "{\"keys\":[\"a\"],\"keys\":[\"b\"]}",
                "{keys:['a']}"
            })
    void bodyThatIsNotAListIsRejected(String body) {
        assertRefused(body);
    }

    @Test
    void moreThanAHundredKeysAreRejected() {
        assertRefused(IntStream.range(0, 101)
                .mapToObj(i -> "\"k" + i + "\"")
                .collect(Collectors.joining(",", "{\"keys\":[", "]}")));
    }

    @Test
    void deepNestingIsRejected() {
        assertRefused("{\"keys\":" + String.join("", Collections.nCopies(2_000, "[")));
    }

    @Test
    void missingBodyIsRejected() {
        given().contentType("application/json")
                .post(LIST)
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid-request"));
    }

    @Test
    void otherMediaTypesAreRejected() {
        given().contentType("text/plain")
                .body("{\"keys\":[\"a\"]}")
                .post(LIST)
                .then()
                .statusCode(415)
                .contentType("application/problem+json")
                .body("code", equalTo("unsupported-media-type"));
    }

    @Test
    void bodyLargerThanTheLimitIsRejected() {
        given().contentType("application/json")
                .body("{\"keys\":[\"" + "a".repeat(300_000) + "\"]}")
                .post(LIST)
                .then()
                .statusCode(413)
                .body("code", equalTo("payload-too-large"));
    }

    @Test
    void bodyOfUnknownLengthIsReadUpToTheLimit() throws Exception {
        HttpResponse<String> fits = postInChunks("{\"keys\":[\"empty-chunked\"]}");
        HttpResponse<String> tooLarge = postInChunks("{\"keys\":[\"" + "a".repeat(300_000) + "\"]}");

        assertThat(fits.statusCode()).isEqualTo(200);
        assertThat(tooLarge.statusCode()).isEqualTo(413);
        assertThat(tooLarge.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(tooLarge.body()).contains("\"code\":\"payload-too-large\"");
    }

    /** Equivalent spellings of the path. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/tasks/%73tatus",
                "/%74asks/status",
                "/tasks/statu%73/",
                "/tasks/./status",
                "/./tasks/status",
                "/tasks/a/../status",
                "/tasks/%2e/status",
                "/tasks/status;a=b",
                "//tasks/status",
                "/tasks//status"
            })
    void requestWithAnySpellingOfThePathIsAnswered(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(5))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"keys\":[\"empty-" + id + "\"]}"))
                .build();

        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());

        if (answer.statusCode() == 200) {
            assertThat(answer.body()).contains("\"total\":0");
        } else {
            assertThat(answer.statusCode()).isIn(400, 404);
        }
    }

    private static HttpResponse<String> postInChunks(String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + LIST))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(UTF_8))))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    @Test
    void otherMethodsGetAProblemWithAllow() {
        when().get(LIST)
                .then()
                .statusCode(405)
                .header("Allow", "POST, OPTIONS")
                .body("code", equalTo("method-not-allowed"));
        when().post("/tasks/a/status").then().statusCode(405).header("Allow", "GET, HEAD, OPTIONS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
    void allowIsTheSameFor405AndOptions(String method) {
        for (String path : List.of(LIST, LIST + "/")) {
            given().request(method, path).then().header("Allow", "POST, OPTIONS");
        }
    }

    @Test
    void pathOfTheListIsNotThatOfATask() {
        when().get("/tasks/status-" + id + "/status").then().statusCode(404).body("code", equalTo("task-not-found"));
        assertThat(when().options("/tasks/a/status").header("Allow").split(", "))
                .containsExactlyInAnyOrder("GET", "HEAD", "OPTIONS");
    }

    @Test
    void malformedUtf8IsRejected() {
        given().contentType("application/json")
                .body("{\"keys\":[\"\u00e9\"]}".getBytes(StandardCharsets.ISO_8859_1))
                .post(LIST)
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid-request"));
    }

    private static JsonNode list(String... keys) throws Exception {
        String answer = given().contentType("application/json")
                .body(Map.of("keys", List.of(keys)))
                .post(LIST)
                .then()
                .statusCode(200)
                .extract()
                .asString();
        JsonNode body = JSON.readTree(answer);
        assertThat(body.fieldNames()).toIterable().containsExactly("tasks");
        return body.get("tasks");
    }

    private static void assertRefused(String body) {
        given().contentType("application/json")
                .body(body)
                .post(LIST)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("code", equalTo("invalid-request"));
    }

    private long checks() {
        return when().get(simulator + "/simulator/checks")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getLong("total");
    }
}
