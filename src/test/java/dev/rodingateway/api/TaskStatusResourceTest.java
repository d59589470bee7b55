package dev.rodingateway.api;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.api.edge.Problem;
import dev.rodingateway.simulator.SampleKeys;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Look-ups end to end, from a caller's socket to Rodin's. */
@QuarkusTest
@WithTestResource(SimulatorResource.class)
class TaskStatusResourceTest {

    private static final String STATUS = "/tasks/{key}/status";

    @SimulatorResource.Url
    String simulator;

    @Test
    void taskProgressesFromWaitingToGeneratingToDone() {
        Set<String> seen = new LinkedHashSet<>();

        await().atMost(Duration.ofSeconds(20)).until(() -> {
            Response answer = when().get(STATUS, "demo-moves");
            seen.add(answer.path("status"));
            return answer.path("terminal");
        });

        assertThat(seen).containsExactly("waiting", "generating", "done");
    }

    @ParameterizedTest
    @ValueSource(strings = {Problem.MEDIA_TYPE, Problem.MEDIA_TYPE + ", text/html;q=0.1"})
    void callerThatAcceptsOnlyProblemsGetsTheStatusOfAKnownTask(String accept) {
        String key = "empty-for-problems";

        given().accept(accept).get(STATUS, key).then().statusCode(200).contentType("application/json");
        given().accept(accept).head(STATUS, key).then().statusCode(200).contentType("application/json");
        given().accept(accept)
                .contentType("application/json")
                .body("{\"keys\":[\"" + key + "\"]}")
                .post("/tasks/status")
                .then()
                .statusCode(200)
                .contentType("application/json");
    }

    @Test
    void bodyIsAsInTheContract() throws Exception {
        Response answer = when().get(STATUS, "demo-shape");

        JsonNode body = new ObjectMapper().readTree(answer.asString());
        assertThat(body.fieldNames())
                .toIterable()
                .containsExactly("status", "terminal", "progress", "jobs", "checkedAt", "stale", "pollAfterMs");
        assertThat(body.get("status").textValue()).isEqualTo("waiting");
        assertThat(body.get("terminal").isBoolean()).isTrue();
        assertThat(body.get("progress").toString()).isEqualTo("{\"finished\":0,\"total\":3,\"percent\":0}");
        assertThat(body.get("stale").booleanValue()).isFalse();
        assertThat(body.get("pollAfterMs").longValue()).isBetween(900L, 1100L);
        assertThat(body.get("checkedAt").textValue())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z")
                .satisfies(moment -> assertThat(Instant.parse(moment))
                        .isBetween(Instant.now().minusSeconds(10), Instant.now()));
        assertThat(body.get("jobs").get(0).get("queueLength").isIntegralNumber())
                .isTrue();
        assertThat(body.get("jobs").get(1).fieldNames()).toIterable().containsExactly("id", "status");
    }

    @Test
    void headersAreAsInTheContract() {
        when().get(STATUS, "demo-headers")
                .then()
                .statusCode(200)
                .header("Content-Type", "application/json")
                .header("Cache-Control", "private, max-age=1")
                .header("Age", "0")
                .header("Cache-Status", "rodin-gateway; fwd=miss; stored")
                .header("Retry-After", oneOf("1", "2"))
                .header("X-Content-Type-Options", "nosniff");
    }

    @Test
    void terminalStatusHasNoPollingHint() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> when().get(STATUS, "failed-hint").path("terminal"));

        when().get(STATUS, "failed-hint")
                .then()
                .statusCode(200)
                .body("status", equalTo("failed"))
                .body("$", not(org.hamcrest.Matchers.hasKey("pollAfterMs")))
                .header("Retry-After", org.hamcrest.Matchers.nullValue())
                .header("Cache-Control", "private, max-age=86400");
    }

    @Test
    void everyTerminalStatusIsA200() {
        Map<String, String> endings = Map.of(
                "failed-ending", "failed",
                "partial-ending", "failed",
                "canceled-ending", "canceled",
                "demo-ending", "done");
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> endings.keySet().stream()
                                .map(key -> when().get(STATUS, key).<Boolean>path("terminal"))
                                .toList(),
                        everyItem(is(true)));

        endings.forEach((key, status) -> when().get(STATUS, key)
                .then()
                .statusCode(200)
                .body("status", equalTo(status))
                .body("progress.percent", is(100)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"...", ".a", "a.", "..a", "a..b"})
    void dotsAreRejectedAsSegmentsOnly(String key) {
        when().get(STATUS, key).then().statusCode(404).body("code", equalTo("task-not-found"));
    }

    @Test
    void unknownStatusOfAJobIsReturnedAsReported() {
        when().get(STATUS, "unknown-word-1")
                .then()
                .statusCode(200)
                .body("terminal", is(false))
                .body("jobs.status", hasItems("unknown"))
                .body("jobs.findAll { it.status == 'unknown' }.reported", everyItem(equalTo("Packing")));
    }

    @Test
    void emptyListIsNeverDone() {
        when().get(STATUS, "empty-1")
                .then()
                .statusCode(200)
                .body("status", equalTo("waiting"))
                .body("terminal", is(false))
                .body("jobs", hasSize(0))
                .body("progress.percent", is(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 8})
    void keysInRodinsFormatAreLookedUp(int jobs) {
        when().get(STATUS, SampleKeys.forJobs(jobs))
                .then()
                .statusCode(200)
                .body("jobs.id", everyItem(notNullValue()))
                .body("jobs", hasSize(jobs));
    }

    @Test
    void longestKeyIsAcceptedEvenPercentEncoded() {
        String key = "demo" + "~".repeat(2044);

        Response plain = given().urlEncodingEnabled(false).get("/tasks/" + key + "/status");
        Response encoded = given().urlEncodingEnabled(false).get("/tasks/" + key.replace("~", "%7E") + "/status");

        assertThat(plain.statusCode()).isEqualTo(200);
        assertThat(encoded.<List<String>>path("jobs.id")).isEqualTo(plain.path("jobs.id"));
    }

    @Test
    void headIsAnsweredLikeGetWithoutABody() {
        Response get = when().get(STATUS, "demo-head");

        Response head = when().head(STATUS, "demo-head");

        assertThat(head.statusCode()).isEqualTo(200);
        head.then().body(emptyString());
        for (String header : List.of("Content-Type", "Cache-Control", "X-Content-Type-Options")) {
            assertThat(head.header(header)).isEqualTo(get.header(header));
        }
        assertThat(head.header("Age")).isNotNull();
        assertThat(head.header("Retry-After")).isNotNull();
    }

    @Test
    void concurrentCallersOfANewKeyCauseOneCheck() {
        given().post(simulator + "/simulator/latency?ms=500").then().statusCode(204);
        try {
            int before = checks();
            HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/tasks/demo-crowd/status"))
                    .build();

            List<CompletableFuture<HttpResponse<String>>> callers = IntStream.range(0, 200)
                    .mapToObj(i -> client.sendAsync(request, BodyHandlers.ofString()))
                    .toList();

            assertThat(callers)
                    .allSatisfy(caller -> assertThat(caller.join().statusCode()).isEqualTo(200));
            assertThat(checks() - before).isEqualTo(1);
        } finally {
            given().post(simulator + "/simulator/latency?ms=0").then().statusCode(204);
        }
    }

    @Test
    void freshStatusIsServedWithoutACheck() {
        // On a slow machine a status may expire before it is looked up again; then once more.
        await().untilAsserted(() -> {
            when().get(STATUS, "empty-fresh").then().statusCode(200);
            int before = checks();

            when().get(STATUS, "empty-fresh").then().statusCode(200);

            assertThat(checks()).isEqualTo(before);
        });
    }

    private int checks() {
        return when().get(simulator + "/simulator/checks").path("total");
    }

    private static org.hamcrest.Matcher<String> oneOf(String... values) {
        return org.hamcrest.Matchers.oneOf(values);
    }
}
