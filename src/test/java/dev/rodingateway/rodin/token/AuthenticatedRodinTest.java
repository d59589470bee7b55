package dev.rodingateway.rodin.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.ClientAt;
import dev.rodingateway.rodin.RawServer;
import dev.rodingateway.rodin.RawServer.Script;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.rodin.WireMockRodin;
import dev.rodingateway.rodin.budget.Budget;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One check as a whole: which API key it is made with, what it may cost, and when it is over. */
@QuarkusTest
@WithTestResource(WireMockRodin.class)
class AuthenticatedRodinTest {

    private static final String OLD = "old-key-0123";
    private static final String NEW = "new-key-4567";
    private static final Duration AMPLE = Duration.ofSeconds(10);
    private static final int PLENTY = 100_000;

    /** As many checks as a budget of 120 has for one purpose at once. */
    private static final int BURST = 15;

    private static final Script ANSWERS = connection -> {
        connection.readRequest();
        connection.answer("{\"jobs\":[{\"status\":\"Done\"}]}");
    };

    private static final Script UNAUTHORIZED = connection -> {
        connection.readRequest();
        connection.write("HTTP/1.1 401 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    };

    private static final Script SAYS_NOTHING = connection -> {
        connection.readRequest();
        connection.awaitClose();
    };

    @TempDir
    Path directory;

    private Path file;
    private TokenStore tokens;

    @BeforeEach
    void gatewayHasReadTheOldKey() throws IOException {
        file = Files.writeString(directory.resolve("api-key"), OLD);
        tokens = new TokenStore(
                new ClientAt.Settings(
                        URI.create("http://rodin.invalid"), Optional.empty(), Optional.of(file.toString())),
                Ticker.systemTicker());
    }

    @Test
    void checkRefusedWithAnEarlierKeyIsRepeatedHoweverLongAgoTheKeyChanged() throws Exception {
        // Given a check on its way when the key changes, whose refusal takes longer than the time between two readings
        CompletableFuture<Void> asked = new CompletableFuture<>();
        CompletableFuture<Void> refuse = new CompletableFuture<>();
        Script refusesLate = connection -> {
            connection.readRequest();
            asked.complete(null);
            refuse.join();
            connection.write("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
        };
        try (RawServer rodin = new RawServer(refusesLate, ANSWERS);
                ClientAt client = new ClientAt(rodin.url(), AMPLE, PLENTY, tokens)) {
            CompletableFuture<CheckResult> check = client.client()
                    .check(ClientAt.KEY, RequestClass.FIRST, null)
                    .subscribeAsCompletionStage();
            asked.get(5, TimeUnit.SECONDS);
            Files.writeString(file, NEW);
            tokens.refresh();

            // When
            CompletableFuture.delayedExecutor(
                            TokenStore.REREAD_INTERVAL.plusMillis(100).toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> refuse.complete(null));

            // Then
            assertThat(check).succeedsWithin(AMPLE);
            assertThat(rodin.requests()).hasSize(2);
            assertThat(rodin.requests().get(0)).contains("Bearer " + OLD);
            assertThat(rodin.requests().get(1)).contains("Bearer " + NEW);
        }
    }

    @Test
    void checkRefusedWithTheCurrentKeyIsNotRepeatedHoweverRecentlyTheKeyChanged() throws IOException {
        // Given
        Files.writeString(file, NEW);
        tokens.refresh();

        try (RawServer rodin = new RawServer(UNAUTHORIZED, ANSWERS);
                ClientAt client = new ClientAt(rodin.url(), AMPLE, PLENTY, tokens)) {
            // When
            Kind failure = client.failure().kind();

            // Then
            assertThat(failure).isEqualTo(Kind.UPSTREAM_CREDENTIALS);
            assertThat(rodin.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    401 | {"error":"UNAUTHORIZED"}
                    401 | {"error":"SOMETHING_ELSE"}
                    401 | <html>no</html>
                    403 | {"error":"UNAUTHORIZED"}
                    403 | <html>no</html>
                    400 | {"error":"UNAUTHORIZED"}
                    201 | {"error":"UNAUTHORIZED"}
                    200 | {"error":"USER_NOT_FOUND"}
                    201 | {"error":"GROUP_NOT_FOUND"}
                    201 | {"error":"PERMISSION_DENIED"}
                    503 | {"error":"UNAUTHORIZED"}
                    """)
    void keyRefusedInAnyFormIsReplacedByTheOneInTheStore(int httpStatus, String body) throws IOException {
        // Given
        Files.writeString(file, NEW);

        try (RawServer rodin = new RawServer(refusing(httpStatus, body), ANSWERS);
                ClientAt client = new ClientAt(rodin.url(), AMPLE, PLENTY, tokens)) {
            // When
            int jobs = client.check().jobs().size();

            // Then
            assertThat(jobs).isEqualTo(1);
            assertThat(rodin.requests()).hasSize(2);
            assertThat(rodin.requests().get(1)).contains("Bearer " + NEW);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    201 | {"error":"API_INSUFFICIENT_FUNDS"}
                    403 | {"error":"INSUFFICIENT_FUND"}
                    404 | {"error":"NO_SUCH_TASK"}
                    500 | {"error":"UNKNOWN"}
                    """)
    void otherRefusalIsNotRepeatedWithAnotherKey(int httpStatus, String body) throws IOException {
        // Given
        Files.writeString(file, NEW);

        try (RawServer rodin = new RawServer(refusing(httpStatus, body), ANSWERS);
                ClientAt client = new ClientAt(rodin.url(), AMPLE, PLENTY, tokens)) {
            // When
            client.failure();

            // Then
            assertThat(rodin.requests()).hasSize(1);
        }
    }

    @Test
    void tryWithAnotherKeyIsPartOfTheTimeLimit() throws IOException {
        // Given
        Duration limit = Duration.ofSeconds(2);
        Duration late = Duration.ofMillis(1500);
        Script refusesLate = connection -> {
            connection.readRequest();
            connection.awaitSilence(late);
            connection.write("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
        };
        Files.writeString(file, NEW);

        try (RawServer rodin = new RawServer(refusesLate, SAYS_NOTHING);
                ClientAt client = new ClientAt(rodin.url(), limit, PLENTY, tokens)) {
            // When
            long start = System.nanoTime();
            Kind failure = client.failure().kind();
            Duration taken = Duration.ofNanos(System.nanoTime() - start);

            // Then
            assertThat(failure).isEqualTo(Kind.UPSTREAM_TIMEOUT);
            assertThat(rodin.requests()).hasSize(2);
            assertThat(taken).isLessThan(late.plus(limit).minusMillis(300));
        }
    }

    @Test
    void waitForAPermitIsPartOfTheTimeLimit() throws IOException {
        // Given a budget whose next permit is 4/3 s away
        Duration limit = Duration.ofSeconds(3);
        try (RawServer rodin = new RawServer(SAYS_NOTHING);
                ClientAt client = new ClientAt(rodin.url(), limit, 120)) {
            spendBurst(client.budget());

            // When
            long start = System.nanoTime();
            Kind failure = client.failure().kind();
            Duration taken = Duration.ofNanos(System.nanoTime() - start);

            // Then
            assertThat(failure).isEqualTo(Kind.UPSTREAM_TIMEOUT);
            assertThat(rodin.requests()).hasSize(1);
            assertThat(taken).isBetween(limit.minusMillis(50), limit.plusMillis(900));
        }
    }

    @Test
    void checkWithoutAPermitInHalfOfTheTimeLimitIsRefusedAtOnce() throws IOException {
        // Given
        Duration limit = Duration.ofSeconds(2);
        try (RawServer rodin = new RawServer(ANSWERS);
                ClientAt client = new ClientAt(rodin.url(), limit, 120)) {
            spendBurst(client.budget());

            // When
            LookupFailure failure = client.failure();

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_THROTTLED);
            assertThat(failure.rodinCalled()).isFalse();
            assertThat(failure.retryAfter()).isBetween(Duration.ofSeconds(1), limit);
            assertThat(rodin.requests()).isEmpty();
        }
    }

    @Test
    void tryWithAnotherKeyTakesAPermit() throws IOException {
        // Given a budget with one permit for each purpose, and the next one far away
        Files.writeString(file, NEW);
        try (RawServer rodin = new RawServer(UNAUTHORIZED, ANSWERS);
                ClientAt client = new ClientAt(rodin.url(), AMPLE, 8, tokens)) {
            // When
            LookupFailure failure = client.failure();

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_THROTTLED);
            assertThat(failure.rodinCalled()).isTrue();
            assertThat(client.budget().paused()).isZero();
            assertThat(rodin.requests()).hasSize(1);
        }
    }

    @Test
    void checkWhoseTryWithAnotherKeyIsPausedHasCalledRodin() throws IOException {
        // Given
        Files.writeString(file, NEW);
        AtomicReference<Budget> budget = new AtomicReference<>();
        Script refusesDuringAPause = connection -> {
            connection.readRequest();
            budget.get().pauseFor(Duration.ofMinutes(1));
            connection.write("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
        };
        try (RawServer rodin = new RawServer(refusesDuringAPause, ANSWERS);
                ClientAt client = new ClientAt(rodin.url(), AMPLE, PLENTY, tokens)) {
            budget.set(client.budget());

            // When
            LookupFailure failure = client.failure();

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_THROTTLED);
            assertThat(failure.rodinCalled()).isTrue();
            assertThat(rodin.requests()).hasSize(1);
        }
    }

    @Test
    void retryTakesAPermit() throws IOException {
        Script breaks = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 502 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        };
        try (RawServer rodin = new RawServer(breaks, ANSWERS);
                ClientAt client = new ClientAt(rodin.url(), AMPLE, 8)) {
            // When
            LookupFailure failure = client.failure();

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_ERROR);
            assertThat(rodin.requests()).hasSize(1);
        }
    }

    private static Script refusing(int httpStatus, String body) {
        return connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 " + httpStatus + " No\r\nConnection: close\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body);
        };
    }

    private static void spendBurst(Budget budget) {
        for (int i = 0; i < BURST; i++) {
            assertThat(budget.acquire(RequestClass.FIRST)).isCompleted();
            assertThat(budget.acquire(RequestClass.REFRESH)).isCompleted();
        }
    }
}
