package dev.rodingateway.api;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.Method;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entity tags over HTTP. */
@QuarkusTest
@WithTestResource(SimulatorResource.class)
class ConditionalRequestTest {

    private static final String STATUS = "/tasks/{key}/status";

    /** A task whose status does not change. */
    private final String still = "empty-" + UUID.randomUUID();

    @Test
    void tagIsWeakAndConstantWhileTheTaskDoesNotChange() {
        String tag = tagOf(still);

        assertThat(tag).matches("W/\"[A-Za-z0-9_-]{16}\"");
        String checkedAt = when().get(STATUS, still).path("checkedAt");
        Response later = await().atMost(Duration.ofSeconds(10))
                .until(() -> when().get(STATUS, still), answer -> !checkedAt.equals(answer.path("checkedAt")));
        assertThat(later.header("ETag")).isEqualTo(tag);
        assertThat(tagOf("demo-" + UUID.randomUUID())).isNotEqualTo(tag);
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"GET", "HEAD"})
    void knownStatusIsA304WithTheSameHeadersAndNoBody(Method method) {
        String tag = tagOf(still);

        given().header("If-None-Match", tag)
                .request(method, STATUS, still)
                .then()
                .statusCode(304)
                .header("ETag", tag)
                .header("Cache-Control", "private, max-age=1")
                .header("Age", not(nullValue()))
                .header("Cache-Status", not(nullValue()))
                .header("Retry-After", not(nullValue()))
                .header("X-Content-Type-Options", "nosniff")
                .header("Vary", "Prefer")
                .header("Content-Length", nullValue())
                .body(is(emptyString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "%s", "\"x\", %s", "\"x\",\"y\" , %s, \"z\""})
    void tagIsFoundInAList(String header) {
        String tag = tagOf(still);

        given().header("If-None-Match", header.formatted(tag))
                .get(STATUS, still)
                .then()
                .statusCode(304);
        given().header("If-None-Match", header.formatted(tag.substring(2)))
                .get(STATUS, still)
                .then()
                .statusCode(304);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\"", "W/\"x\", \"y\"", "not a tag"})
    void otherTagReturnsTheStatus(String header) {
        given().header("If-None-Match", header)
                .get(STATUS, still)
                .then()
                .statusCode(200)
                .body("status", equalTo("waiting"));
    }

    @Test
    void unknownTaskIsAProblemWhateverTheTag() {
        given().header("If-None-Match", "*")
                .get(STATUS, "unknown-" + UUID.randomUUID())
                .then()
                .statusCode(404)
                .header("ETag", nullValue())
                .body("code", equalTo("task-not-found"));
    }

    private static String tagOf(String key) {
        return when().get(STATUS, key).then().statusCode(200).extract().header("ETag");
    }
}
