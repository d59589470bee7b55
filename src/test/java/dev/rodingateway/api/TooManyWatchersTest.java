package dev.rodingateway.api;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A gateway that watches for one caller only, over the wire. */
@QuarkusTest
@TestProfile(TooManyWatchersTest.One.class)
@WithTestResource(SimulatorResource.class)
class TooManyWatchersTest {

    @Inject
    MeterRegistry meters;

    @TestHTTPResource("/tasks/")
    URI tasks;

    public static final class One implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("gateway.watchers.maximum", "1");
        }
    }

    @Test
    void oneTooManyIsToldWhenToComeBackAndLookUpsGoOn() {
        try (EventReader first = EventReader.open(tasks.resolve("empty-room/events"))) {
            assertThat(first.next().retry()).isNotNull();
            assertThat(first.next().name()).isEqualTo("status");
            double refused = refused();

            when().get("/tasks/empty-room/events")
                    .then()
                    .statusCode(503)
                    .contentType("application/problem+json")
                    .header("Retry-After", "5")
                    .body("code", equalTo("too-many-watchers"));
            given().header("Prefer", "wait=60")
                    .get("/tasks/empty-room/status")
                    .then()
                    .statusCode(503)
                    .header("Retry-After", "5")
                    .body("code", equalTo("too-many-watchers"));
            when().get("/tasks/empty-room/status").then().statusCode(200);
            assertThat(refused()).isEqualTo(refused + 2);
        }
    }

    private double refused() {
        return meters.get("gateway.lookups")
                .tag("outcome", "too-many-watchers")
                .functionCounter()
                .count();
    }
}
