package dev.rodingateway.api;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.Header;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fast path for fresh statuses: its responses do not differ from those of the resource. */
@QuarkusTest
@WithTestResource(SimulatorResource.class)
class FreshAnswersTest {

    private static final String STATUS = "/tasks/{key}/status";

    /** A header without effect, which the fast path does not recognize as such. */
    private static final Header UNUSUAL_ACCEPT = new Header("Accept", "application/*");

    @Inject
    ResourceVisits resource;

    @Inject
    MeterRegistry meters;

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json", "application/json, text/plain, */*"})
    void freshStatusIsReturnedWithoutTheResource(String accept) {
        String key = ended();

        Response answer = fastPath(() -> given().header("Accept", accept).get(STATUS, key));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.<String>path("status")).isEqualTo("done");
    }

    @Test
    void responseForATerminalTaskIsTheSameAsThatOfTheResource() {
        String key = ended();

        Response quick = fastPath(() -> when().get(STATUS, key));
        Response slow = byResource(() -> given().header(UNUSUAL_ACCEPT).get(STATUS, key));

        assertThat(quick.asString()).isEqualTo(slow.asString());
        assertThat(headers(quick)).isEqualTo(headers(slow));
    }

    @Test
    void responseForALiveTaskIsTheSameAsThatOfTheResourceExceptForTheJitter() {
        String key = "empty-" + UUID.randomUUID();

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            when().get(STATUS, key);
            Response quick = fastPath(() -> when().get(STATUS, key));
            Response slow = byResource(() -> given().header(UNUSUAL_ACCEPT).get(STATUS, key));

            assertThat(withoutHints(quick)).isEqualTo(withoutHints(slow)).containsEntry("stale", false);
            assertThat(quick.<Integer>path("pollAfterMs")).isBetween(900, 1100);
            assertThat(quick.header("Retry-After")).matches("[12]");
            assertThat(headers(quick).keySet()).isEqualTo(headers(slow).keySet());
        });
    }

    @ParameterizedTest
    @CsvSource({"%s, 304", "'\"x\", %s', 304", "*, 304", "'\"x\"', 200"})
    void knownStatusIsA304OnTheFastPathToo(String header, int httpStatus) {
        String key = ended();
        String ifNoneMatch = header.formatted(when().get(STATUS, key).header("ETag"));

        Response quick =
                fastPath(() -> given().header("If-None-Match", ifNoneMatch).get(STATUS, key));
        Response slow = byResource(() -> given().header("If-None-Match", ifNoneMatch)
                .header(UNUSUAL_ACCEPT)
                .get(STATUS, key));

        assertThat(quick.statusCode()).isEqualTo(httpStatus).isEqualTo(slow.statusCode());
        assertThat(quick.asString()).isEqualTo(slow.asString());
        assertThat(headers(quick)).isEqualTo(headers(slow));
    }

    @Test
    void unusualRequestsReachTheResource() {
        String key = ended();

        assertThat(byResource(() -> given().header("Prefer", "wait=1").get(STATUS, key))
                        .header("Preference-Applied"))
                .isEqualTo("wait=1");
        assertThat(byResource(() -> when().head(STATUS, key)).asString()).isEmpty();
        assertThat(byResource(() -> given().urlEncodingEnabled(false)
                                .get("/tasks/%" + Integer.toHexString(key.charAt(0)) + key.substring(1) + "/status"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(given().header("Accept", "text/html").get(STATUS, key).statusCode())
                .isEqualTo(406);
        byResource(() -> given().header("Accept", "application/json;q=0").get(STATUS, key));
        assertThat(when().post(STATUS, key).statusCode()).isEqualTo(405);
        assertThat(when().get("/tasks/{a}/{b}/status", key, key).statusCode()).isEqualTo(404);
    }

    @Test
    void unknownKeyReachesTheResourceAndIsAHitFromThenOn() {
        String key = "empty-" + UUID.randomUUID();

        Response first = byResource(() -> when().get(STATUS, key));
        Response second = fastPath(() -> when().get(STATUS, key));

        assertThat(first.header("Cache-Status")).isEqualTo("rodin-gateway; fwd=miss; stored");
        assertThat(second.header("Cache-Status")).startsWith("rodin-gateway; hit; ttl=");
    }

    @Test
    void requestsRejectedBeforeTheResourceAreRejectedBeforeTheFastPath() {
        String key = ended();

        assertThat(given().header("X-Long", "x".repeat(21 * 1024))
                        .get(STATUS, key)
                        .statusCode())
                .isEqualTo(431);
        assertThat(given().queryParam("q", "x".repeat(17 * 1024))
                        .get(STATUS, key)
                        .statusCode())
                .isEqualTo(414);
    }

    @Test
    void lookUpOnTheFastPathIsCounted() {
        String key = ended();
        double hits = meters.get("gateway.lookups")
                .tag("outcome", "hit")
                .functionCounter()
                .count();
        long requests = requests();

        fastPath(() -> when().get(STATUS, key));

        assertThat(meters.get("gateway.lookups")
                        .tag("outcome", "hit")
                        .functionCounter()
                        .count())
                .isEqualTo(hits + 1);
        await().untilAsserted(() -> assertThat(requests()).isEqualTo(requests + 1));
        assertThat(meters.find("http.server.requests").meters().toString()).doesNotContain(key);
    }

    private long requests() {
        return meters.get("http.server.requests")
                .tags("method", "GET", "uri", STATUS, "status", "200", "outcome", "SUCCESS")
                .timer()
                .count();
    }

    private Response fastPath(Supplier<Response> request) {
        int before = resource.soFar();
        Response answer = request.get();
        assertThat(resource.soFar()).as("on the fast path").isEqualTo(before);
        return answer;
    }

    private Response byResource(Supplier<Response> request) {
        int before = resource.soFar();
        Response answer = request.get();
        assertThat(resource.soFar()).as("by the resource").isGreaterThan(before);
        return answer;
    }

    /** Returns a terminal task; one for all tests, because it takes some time to end. */
    private static String ended() {
        String key = "demo-for-short-cuts";
        await().atMost(Duration.ofSeconds(20))
                .until(() -> when().get(STATUS, key).path("terminal"));
        return key;
    }

    private static Map<String, Object> withoutHints(Response answer) {
        Map<String, Object> body = new TreeMap<>(answer.jsonPath().getMap("$"));
        body.remove("pollAfterMs");
        return body;
    }

    /** Returns all headers except those that differ from one request to the next. */
    private static Map<String, List<String>> headers(Response answer) {
        return answer.headers().asList().stream()
                .filter(header -> !Set.of("age", "cache-status", "date", "x-request-id")
                        .contains(header.getName().toLowerCase(Locale.ROOT)))
                .collect(Collectors.groupingBy(
                        header -> header.getName(),
                        TreeMap::new,
                        Collectors.mapping(Header::getValue, Collectors.toList())));
    }
}
