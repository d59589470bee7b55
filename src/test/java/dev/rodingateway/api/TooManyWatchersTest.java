package dev.rodingateway.api;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.oneOf;

import dev.rodingateway.api.events.EventReader;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gateway with a maximum of one watcher. */
@QuarkusTest
@TestProfile(TooManyWatchersTest.One.class)
@WithTestResource(SimulatorResource.class)
class TooManyWatchersTest {

    private final ExecutorService threads = Executors.newFixedThreadPool(12);

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
    void watcherBeyondTheLimitGetsARetryAfterAndLookUpsContinue() {
        try (EventReader first = EventReader.open(tasks.resolve("empty-room/events"))) {
            assertThat(first.next().retry()).isNotNull();
            assertThat(first.next().name()).isEqualTo("status");
            double refused = refused();

            when().get("/tasks/empty-room/events")
                    .then()
                    .statusCode(503)
                    .contentType("application/problem+json")
                    .header("Retry-After", oneOf("5", "6", "7", "8"))
                    .body("code", equalTo("too-many-watchers"));
            given().header("Prefer", "wait=60")
                    .get("/tasks/empty-room/status")
                    .then()
                    .statusCode(503)
                    .header("Retry-After", oneOf("5", "6", "7", "8"))
                    .body("code", equalTo("too-many-watchers"));
            when().get("/tasks/empty-room/status").then().statusCode(200);
            assertThat(refused()).isEqualTo(refused + 2);
        }
    }

    @Test
    void concurrentStreamsBeyondTheLimitAreRejectedWithProblems() {
        List<CompletableFuture<EventReader>> opened = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> EventReader.open(tasks.resolve("empty-room/events")), threads))
                .limit(12)
                .toList();
        List<EventReader> readers = opened.stream().map(CompletableFuture::join).toList();
        try {
            assertThat(readers.stream().map(reader -> reader.response().statusCode()))
                    .containsOnlyOnce(200)
                    .containsOnly(200, 503);
            assertThat(readers.stream()
                            .flatMap(reader -> reader.response().headers().firstValue("Retry-After").stream())
                            .distinct())
                    .as("those who are refused together do not return together")
                    .hasSizeGreaterThan(1);
        } finally {
            readers.forEach(EventReader::close);
        }
    }

    @Test
    void headRequestDoesNotCountAsAWatcher() {
        when().head("/tasks/empty-room/events").then().statusCode(200);

        try (EventReader stream = EventReader.open(tasks.resolve("empty-room/events"))) {
            assertThat(stream.response().statusCode()).isEqualTo(200);
        }
    }

    /** The place of a closed stream is free as soon as the gateway notices. */
    @AfterEach
    void awaitNoWatchers() {
        threads.shutdownNow();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> meters.get("gateway.watchers").gauge().value() == 0);
    }

    private double refused() {
        return meters.get("gateway.lookups")
                .tag("outcome", "too-many-watchers")
                .functionCounter()
                .count();
    }
}
