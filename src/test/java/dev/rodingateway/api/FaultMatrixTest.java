package dev.rodingateway.api;

import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesRegex;
import static org.hamcrest.Matchers.nullValue;

import dev.rodingateway.api.FaultyRodin.Fault;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each fault on the way to Rodin, for callers of a known and of an unknown task: their responses and response times,
 * the number of requests to Rodin, and the recovery. In a gateway of its own, because breaker and pause affect all
 * callers.
 */
@Tag("slow")
@QuarkusTest
@WithTestResource(FaultyRodin.class)
class FaultMatrixTest {

    private static final String STATUS = "/tasks/{key}/status";
    private static final String FRESH = "private, max-age=1";
    private static final Duration LIFETIME = Duration.ofSeconds(1);

    /** The number of calls in the breaker's window. */
    private static final int BREAKER_OF = 8;

    /** The patience of 1 s, plus a margin for a busy machine. */
    private static final long BEFORE_THE_TIME_LIMIT = 1800;

    /** About seven lifetimes of a generating task. */
    private static final int POLLS = 200;

    private static final int POLL_EVERY_MILLIS = 28;

    private static final Queue<String> EXPIRED = new ArrayDeque<>();

    FaultyRodin rodin;

    @Inject
    MeterRegistry meters;

    @TestHTTPResource("/tasks/")
    URI tasks;

    /** Closes the breaker, so that it does not affect the outcome of a fault, and opens a connection to Rodin. */
    @BeforeEach
    void letTheBreakerSeeAHealthyRodin() {
        rodin.play(Fault.NONE);
        awaitFresh(newKey("Done"));
        for (int i = 0; i < BREAKER_OF; i++) {
            when().get(STATUS, newKey("Done")).then().statusCode(200);
        }
    }

    // A request that failed before a response, or that a proxy rejected, is retried once; there is no other retry.
    // Without a connection Rodin receives no request. The patience is 1 s, the time limit 2 s.
    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, textBlock = """
            fault,                requests, earliest
            REFUSED,              0,        0
            NAME_GONE,            0,        0
            RESET_BEFORE_HEADERS, 2,        100
            RESET_AFTER_HEADERS,  1,        0
            HANG,                 1,        950
            BYTE_A_SECOND,        1,        950
            HALF_A_BODY,          1,        0
            HTTP_500,             1,        0
            HTTP_502,             2,        100
            HTTP_429,             1,        0
            HTML,                 1,        0
            """)
    void knownTaskIsServedStaleWithinThePatienceAndFreshAfterTheFault(Fault fault, int requests, long earliest) {
        // Given
        String key = expiredKey();
        rodin.play(fault);

        // When
        Timed stale = Timed.lookUp(key);

        // Then
        stale.answer()
                .then()
                .statusCode(200)
                .header("Cache-Control", "private, max-age=0")
                .body("stale", equalTo(true))
                .body("status", equalTo("waiting"));
        assertThat(stale.millis()).isBetween(earliest, BEFORE_THE_TIME_LIMIT);
        assertThat(rodin.checksOf(key)).isEqualTo(1 + requests);

        rodin.play(Fault.NONE);
        awaitFresh(key).then().header("Cache-Control", FRESH);
        assertThat(rodin.checksOf(key)).isEqualTo(1 + requests + 1);
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, textBlock = """
            fault,                status, code,                      retryAfter, requests, earliest, latest
            REFUSED,              503,    upstream-unavailable,      1[0-5],     0,        0,        1500
            NAME_GONE,            503,    upstream-unavailable,      1[0-5],     0,        0,        1500
            RESET_BEFORE_HEADERS, 503,    upstream-unavailable,      1[0-5],     2,        100,      1500
            RESET_AFTER_HEADERS,  502,    upstream-invalid-response, ,           1,        0,        1500
            HANG,                 504,    upstream-timeout,          ,           1,        1950,     3000
            BYTE_A_SECOND,        504,    upstream-timeout,          ,           1,        1950,     3000
            HALF_A_BODY,          502,    upstream-invalid-response, ,           1,        0,        1500
            HTTP_500,             502,    upstream-error,            ,           1,        0,        1500
            HTTP_502,             502,    upstream-error,            ,           2,        100,      1500
            HTTP_429,             503,    upstream-throttled,        1,          1,        0,        1500
            HTML,                 502,    upstream-invalid-response, ,           1,        0,        1500
            """)
    void unknownTaskIsAProblemImmediatelyOrAtTheTimeLimitAndFreshAfterTheFault(
            Fault fault, int status, String code, String retryAfter, int requests, long earliest, long latest) {
        // Given
        String key = newKey("Waiting");
        rodin.play(fault);

        // When
        Timed problem = Timed.lookUp(key);

        // Then
        problem.answer()
                .then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("code", equalTo(code))
                .header("Retry-After", retryAfter == null ? nullValue() : matchesRegex(retryAfter));
        assertThat(problem.millis()).isBetween(earliest, latest);
        assertThat(rodin.checksOf(key)).isEqualTo(requests);

        rodin.play(Fault.NONE);
        awaitFresh(key).then().header("Cache-Control", FRESH);
        assertThat(rodin.checksOf(key)).isEqualTo(requests + 1);
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, textBlock = """
            fault,                 known, requests
            CLOSED_WHILE_IDLE,     true,  1
            CLOSED_WHILE_IDLE,     false, 1
            CLOSED_UNDER_THE_NEXT, true,  2
            CLOSED_UNDER_THE_NEXT, false, 2
            """)
    void requestOnAConnectionThatRodinClosedSucceeds(Fault fault, boolean known, int requests) {
        // Given
        String key = known ? expiredKey() : newKey("Waiting");
        int before = rodin.checksOf(key);
        rodin.play(fault);

        // When
        Timed fresh = Timed.lookUp(key);

        // Then
        fresh.answer().then().statusCode(200).header("Cache-Control", FRESH).body("stale", equalTo(false));
        assertThat(fresh.millis()).isLessThan(BEFORE_THE_TIME_LIMIT);
        assertThat(rodin.checksOf(key)).isEqualTo(before + requests);
    }

    @Test
    void frequentlyPolledTaskCausesNoMoreCallsDuringAnOutageThanOtherwise() {
        // Given
        Polled health = poll(Fault.NONE);
        assertThat(health.stale()).isZero();

        for (Fault fault : List.of(Fault.REFUSED, Fault.HANG, Fault.HTTP_502)) {
            // When
            Polled outage = poll(fault);
            letTheBreakerSeeAHealthyRodin();

            // Then
            assertThat(outage.stale()).as("%s", fault).isPositive();
            assertThat(outage.checks()).as("%s", fault).isBetween(1L, health.checks());
            assertThat(outage.requests()).as("%s", fault).isLessThanOrEqualTo(health.requests());
        }
    }

    /** Looks up a known live task at fixed intervals, however long the responses take. */
    private Polled poll(Fault fault) {
        String key = newKey("Generating");
        awaitFresh(key);
        int requests = rodin.checksOf(key);
        long checks = checks();
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request =
                HttpRequest.newBuilder(tasks.resolve(key + "/status")).build();
        rodin.play(fault);
        List<CompletableFuture<String>> polls = IntStream.range(0, POLLS)
                .mapToObj(i -> CompletableFuture.completedFuture(request)
                        .thenComposeAsync(
                                unused -> http.sendAsync(request, BodyHandlers.ofString()),
                                CompletableFuture.delayedExecutor(i * POLL_EVERY_MILLIS, TimeUnit.MILLISECONDS))
                        .thenApply(HttpResponse::body))
                .toList();
        List<String> answers = polls.stream().map(CompletableFuture::join).toList();
        assertThat(answers).allMatch(body -> body.contains("\"status\":\"generating\""));
        return new Polled(
                answers.stream().filter(body -> body.contains("\"stale\":true")).count(),
                checks() - checks,
                rodin.checksOf(key) - requests);
    }

    /** Returns how many checks the gateway has made, including those that did not reach Rodin. */
    private long checks() {
        return meters.find("rodin.checks").timers().stream()
                .filter(timer -> !"not-asked".equals(timer.getId().getTag("outcome")))
                .mapToLong(Timer::count)
                .sum();
    }

    /** Returns one of several tasks that were first checked together, because each takes a lifetime to expire. */
    private static String expiredKey() {
        if (EXPIRED.isEmpty()) {
            for (int i = 0; i < 15; i++) {
                String key = newKey("Waiting");
                when().get(STATUS, key).then().statusCode(200).header("Cache-Control", FRESH);
                EXPIRED.add(key);
            }
            Instant expiry = Instant.now().plus(LIFETIME);
            await().until(() -> Instant.now().isAfter(expiry));
        }
        return EXPIRED.remove();
    }

    private static Response awaitFresh(String key) {
        return await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> when().get(STATUS, key),
                        answer -> answer.statusCode() == 200 && !answer.<Boolean>path("stale"));
    }

    private static String newKey(String jobStatus) {
        return jobStatus + "-" + UUID.randomUUID();
    }

    /** A response and the time that it took. */
    private record Timed(Response answer, long millis) {

        static Timed lookUp(String key) {
            long begun = System.nanoTime();
            Response answer = when().get(STATUS, key);
            return new Timed(answer, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        }
    }

    /** The number of stale responses, and their cost: checks by the gateway, requests to Rodin. */
    private record Polled(long stale, long checks, int requests) {}
}
