package dev.rodingateway.api;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.oneOf;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An outage of the simulator: known tasks are served stale, unknown ones are a problem, and both recover. */
@Tag("slow")
@QuarkusTest
@WithTestResource(SimulatorResource.class)
class OutageTest {

    private static final String STATUS = "/tasks/{key}/status";

    @SimulatorResource.Url
    String simulator;

    @AfterEach
    void endTheOutage() {
        outage("off");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> when().get(STATUS, newKey()).statusCode() == 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"refuse-502", "reset", "hang"})
    void knownTaskIsServedStaleWithinThePatienceAndFreshAfterTheOutage(String mode) {
        String key = "empty-" + UUID.randomUUID();
        when().get(STATUS, key).then().statusCode(200).body("stale", equalTo(false));

        outage(mode);
        Response stale = await().atMost(Duration.ofSeconds(10))
                .until(() -> when().get(STATUS, key), answer -> answer.<Boolean>path("stale"));
        Instant begun = Instant.now();
        Response still = when().get(STATUS, key);

        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofMillis(1900));
        assertThat(stale.header("Cache-Control")).isEqualTo("private, max-age=0");
        assertThat(still.<Boolean>path("stale")).isTrue();
        outage("off");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !when().get(STATUS, key).<Boolean>path("stale"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"refuse-502", "reset", "hang"})
    void unknownTaskIsAProblemWhichAnOpenBreakerReturnsImmediately(String mode) {
        outage(mode);

        Response open = await().atMost(Duration.ofSeconds(40)).until(() -> when().get(STATUS, newKey()), answer -> {
            answer.then()
                    .statusCode(oneOf(502, 503, 504))
                    .body("code", oneOf("upstream-error", "upstream-unavailable", "upstream-timeout"));
            return answer.statusCode() == 503 && answer.time() < 500;
        });

        assertThat(Integer.parseInt(open.header("Retry-After"))).isBetween(1, 15);
    }

    private void outage(String mode) {
        given().post(simulator + "/simulator/outage?mode=" + mode).then().statusCode(204);
    }

    private static String newKey() {
        return "demo-" + UUID.randomUUID();
    }
}
