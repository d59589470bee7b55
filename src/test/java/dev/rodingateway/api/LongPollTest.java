package dev.rodingateway.api;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Prefer: wait=N} over HTTP. */
@QuarkusTest
@WithTestResource(SimulatorResource.class)
class LongPollTest {

    private static final String STATUS = "/tasks/{key}/status";

    /** A margin for a busy machine. */
    private static final long SLACK = 2500;

    @SimulatorResource.Url
    String simulator;

    private final String still = "empty-" + UUID.randomUUID();
    private final String moving = "demo-" + UUID.randomUUID();
    private final String ended = "demo-ended";

    @Test
    void responseIsHeldUntilTheTaskChanges() {
        String tag = when().get(STATUS, moving).header("ETag");

        Response changed = given().header("Prefer", "wait=10").get(STATUS, moving);

        changed.then().statusCode(200).header("Preference-Applied", "wait=10").header("ETag", not(tag));
        assertThat(changed.time()).isLessThan(10_000);
    }

    @Test
    void pollEndsWhenTheStatusDiffersFromTheCallersTag() {
        String tag = when().get(STATUS, moving).header("ETag");

        Response changed =
                given().header("Prefer", "wait=10").header("If-None-Match", tag).get(STATUS, moving);
        Response atOnce =
                given().header("Prefer", "wait=10").header("If-None-Match", tag).get(STATUS, moving);

        changed.then().statusCode(200).header("ETag", not(tag));
        atOnce.then().statusCode(200).header("Preference-Applied", "wait=10");
        assertThat(atOnce.time()).isLessThan(SLACK);
    }

    @Test
    void unchangedStatusIsReturnedWhenTheTimeIsUp() {
        String tag = when().get(STATUS, still).header("ETag");

        Response usual = given().header("Prefer", "wait=1").get(STATUS, still);
        Response known =
                given().header("Prefer", "wait=1").header("If-None-Match", tag).get(STATUS, still);

        usual.then().statusCode(200).header("Preference-Applied", "wait=1").body("status", equalTo("waiting"));
        known.then().statusCode(304).header("Preference-Applied", "wait=1").header("ETag", tag);
        assertThat(usual.time()).isBetween(1000L, 1000 + SLACK);
        assertThat(known.time()).isBetween(1000L, 1000 + SLACK);
    }

    @Test
    void terminalStatusIsReturnedImmediately() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> when().get(STATUS, ended).path("terminal"));
        String tag = when().get(STATUS, ended).header("ETag");

        Response usual = given().header("Prefer", "wait=99").get(STATUS, ended);
        Response known =
                given().header("Prefer", "wait=99").header("If-None-Match", tag).get(STATUS, ended);

        usual.then().statusCode(200).header("Preference-Applied", "wait=55");
        known.then().statusCode(304).header("Preference-Applied", "wait=55");
        assertThat(usual.time()).isLessThan(SLACK);
        assertThat(known.time()).isLessThan(SLACK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=0", "wait=soon", "respond-async"})
    void otherPreferencesAreIgnored(String preference) {
        when().get(STATUS, still);

        Response answer = given().header("Prefer", preference).get(STATUS, still);

        answer.then().statusCode(200).header("Preference-Applied", nullValue());
        assertThat(answer.time()).isLessThan(SLACK);
    }

    @ParameterizedTest
    @CsvSource({"unknown-a-task, 404, task-not-found", "not*a*key, 400, invalid-key"})
    void problemIsReturnedImmediately(String key, int status, String code) {
        Response problem = given().header("Prefer", "wait=60").get(STATUS, key);

        problem.then().statusCode(status).body("code", equalTo(code)).header("Preference-Applied", nullValue());
        assertThat(problem.time()).isLessThan(SLACK);
    }

    /** As an HTTP cache does it, with the tag of its stored response. */
    @Test
    void outageEndsThePollOfACallerWithTheFreshStatusWithAStaleOne() {
        String fresh = when().get(STATUS, still).header("ETag");
        given().post(simulator + "/simulator/outage?mode=refuse-502").then().statusCode(204);
        try {
            Response stale = given().header("Prefer", "wait=20")
                    .header("If-None-Match", fresh)
                    .get(STATUS, still);
            stale.then()
                    .statusCode(200)
                    .header("Cache-Control", "private, max-age=0")
                    .header("ETag", not(fresh))
                    .header("Preference-Applied", "wait=20")
                    .body("stale", equalTo(true));
            given().header("If-None-Match", fresh)
                    .get(STATUS, still)
                    .then()
                    .statusCode(200)
                    .body("stale", equalTo(true));
            given().header("If-None-Match", stale.header("ETag"))
                    .get(STATUS, still)
                    .then()
                    .statusCode(304)
                    .header("ETag", stale.header("ETag"))
                    .header("Cache-Control", "private, max-age=0");
            assertThat(stale.time()).isLessThan(20_000);
        } finally {
            given().post(simulator + "/simulator/outage?mode=off").then().statusCode(204);
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> when().get(STATUS, still).header("ETag").equals(fresh));
    }
}
