package dev.rodingateway.api.edge;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.equalToIgnoringCase;
import static org.hamcrest.Matchers.nullValue;

import dev.rodingateway.api.SimulatorResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of other origins, with CORS configured. */
@QuarkusTest
@TestProfile(CorsTest.TwoOrigins.class)
@WithTestResource(SimulatorResource.class)
public class CorsTest {

    private static final String ALLOWED = "https://app.example.com";
    private static final String EXPOSED = "Access-Control-Expose-Headers";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    public static final class TwoOrigins implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("gateway.cors.origins", "http://localhost:3000," + ALLOWED, "gateway.request-log", "true");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ALLOWED, "http://localhost:3000"})
    void pageOfAnAllowedOriginMayReadTheResponseAndItsHeaders(String origin) {
        Response answer = given().header("Origin", origin).get("/tasks/demo-cors/status");

        answer.then()
                .statusCode(200)
                .header(ALLOW_ORIGIN, origin)
                .header("Access-Control-Allow-Credentials", nullValue());
        assertThat(list(answer.header(EXPOSED)))
                .containsExactlyInAnyOrder(
                        "Age", "Cache-Status", "ETag", "Preference-Applied", "Retry-After", "X-Request-Id");
        assertThat(list(answer.header("Vary").toLowerCase(Locale.ROOT))).containsExactly("prefer", "origin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tasks/unknown-task/status", "/tasks/a%2Fb/status", "/nowhere", "/tasks/a;b/status"})
    void problemsMayBeReadLikeOtherResponses(String path) {
        given().urlEncodingEnabled(false)
                .header("Origin", ALLOWED)
                .get(path)
                .then()
                .contentType("application/problem+json")
                .header(ALLOW_ORIGIN, ALLOWED)
                .header("Vary", equalToIgnoringCase("Origin"));
    }

    @Test
    void eventsMayBeReadLikeResponses() {
        given().header("Origin", ALLOWED)
                .header("Last-Event-ID", "other")
                .get("/tasks/no-such-task/events")
                .then()
                .statusCode(404)
                .header(ALLOW_ORIGIN, ALLOWED);
    }

    @Test
    void preflightListsAllowedMethodsAndHeaders() {
        Response preflight = given().header("Origin", ALLOWED)
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "if-none-match,prefer")
                .options("/tasks/demo-cors/status");

        preflight.then().statusCode(204).header(ALLOW_ORIGIN, ALLOWED).header("Access-Control-Max-Age", "3600");
        assertThat(list(preflight.header("Access-Control-Allow-Methods")))
                .containsExactlyInAnyOrder("GET", "HEAD", "POST");
        assertThat(list(preflight.header("Access-Control-Allow-Headers")))
                .contains("Accept", "Cache-Control", "Content-Type", "If-None-Match", "Last-Event-ID", "Prefer")
                .contains("traceparent", "tracestate", "baggage", "b3", "sentry-trace", "newrelic")
                .contains(
                        "x-datadog-origin", "x-datadog-parent-id", "x-datadog-sampling-priority", "x-datadog-trace-id")
                .contains("X-Request-Id", "X-Requested-With", "Authorization")
                .doesNotContain("*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://evil.example.com", "http://app.example.com", "https://app.example.com:8443", "null"})
    void otherOriginsAreRejectedAndMayReadNothing(String origin) {
        given().header("Origin", origin)
                .get("/tasks/demo-cors/status")
                .then()
                .statusCode(403)
                .contentType("application/problem+json")
                .body("code", equalTo("origin-not-allowed"))
                .header(ALLOW_ORIGIN, nullValue());
    }

    @ParameterizedTest
    @CsvSource({
        "gateway.example.com, http://gateway.example.com,",
        "gateway.example.com:8080, http://gateway.example.com:8080,",
        "gateway.example.com, https://gateway.example.com,",
        "gateway:8080, https://gateway.example.com, same-origin"
    })
    void pageOfTheGatewaysOwnOriginMayPost(String host, String origin, String site) {
        RequestSpecification request = given().header("Host", host).header("Origin", origin);
        if (site != null) {
            request.header("Sec-Fetch-Site", site);
        }

        request.contentType("application/json")
                .body("{\"keys\":[\"demo-cors\"]}")
                .post("/tasks/status")
                .then()
                .statusCode(200)
                .header(ALLOW_ORIGIN, nullValue());
    }

    @ParameterizedTest
    @CsvSource({
        "gateway.example.com:8080, https://gateway.example.com,",
        "gateway.example.com, https://gateway.example.com.evil.example.com,",
        "gateway:8080, https://evil.example.com, same-site"
    })
    void pageOfAnOriginSimilarToTheGatewaysMayNotPost(String host, String origin, String site) {
        RequestSpecification request = given().header("Host", host).header("Origin", origin);
        if (site != null) {
            request.header("Sec-Fetch-Site", site);
        }

        request.get("/tasks/demo-cors/status").then().statusCode(403).header(ALLOW_ORIGIN, nullValue());
    }

    @Test
    void preflightsAndRejectionsHaveARequestId() {
        given().header("X-Request-Id", "an-id")
                .header("Origin", ALLOWED)
                .header("Access-Control-Request-Method", "GET")
                .options("/tasks/demo-cors/status")
                .then()
                .statusCode(204)
                .header("X-Request-Id", "an-id");
        given().header("X-Request-Id", "an-id")
                .header("Origin", "https://evil.example.com")
                .get("/tasks/demo-cors/status")
                .then()
                .statusCode(403)
                .header("X-Request-Id", "an-id")
                .body("instance", equalTo("urn:rodin-gateway:request:an-id"));
    }

    @Test
    void callersWithoutAnOriginAreNotAffected() {
        given().get("/tasks/demo-cors/status").then().statusCode(200).header(ALLOW_ORIGIN, nullValue());
    }

    private static List<String> list(String header) {
        return Arrays.stream(header.split(",")).map(String::trim).toList();
    }
}
