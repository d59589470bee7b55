package dev.rodingateway.rodin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RawServer.Script;
import dev.rodingateway.rodin.breaker.CircuitBreaker;
import dev.rodingateway.rodin.budget.Budget;
import dev.rodingateway.rodin.budget.ManualTimer;
import dev.rodingateway.rodin.http.Check;
import dev.rodingateway.rodin.http.RodinCall;
import dev.rodingateway.rodin.http.RodinResponse;
import dev.rodingateway.rodin.token.BearerToken;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskStatus;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(WireMockRodin.class)
class RodinClientRetryTest {

    private static final String JOBS = "{\"jobs\":[{\"uuid\":\"j-1\",\"status\":\"Done\"}]}";

    private static final Script ANSWERS = connection -> {
        connection.readRequest();
        connection.answer(JOBS);
        connection.awaitClose();
    };

    /** How a server ends a connection. */
    enum End {
        CLOSE,
        RESET;

        Script after(Script script) {
            return connection -> {
                if (this == RESET) {
                    connection.reset();
                }
                script.play(connection);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void keptAliveConnectionClosedUnderTheNextCheckIsRetried(End end) throws IOException {
        // Given
        Script diesUnderTheSecond = end.after(connection -> {
            connection.readRequest();
            connection.answer(JOBS);
            connection.readRequest();
        });

        try (RawServer rodin = new RawServer(diesUnderTheSecond, ANSWERS);
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            client.check();
            TaskStatus second = client.check();

            // Then
            assertThat(second.jobs()).hasSize(1);
            assertThat(rodin.connections()).hasSize(2);
            assertThat(rodin.requests()).hasSize(3);
            assertThat(rodin.requests().get(2))
                    .contains("connection: close")
                    .isEqualTo(rodin.requests().get(1).replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"));
        }
    }

    @ParameterizedTest
    @CsvSource({"CLOSE, false", "CLOSE, true", "RESET, false", "RESET, true"})
    void anyNumberOfStaleConnectionsIsRetried(End end, boolean atOnce) throws Exception {
        // Given as many connections as close the breaker and more, which die under their second request
        int dead = 12;
        CyclicBarrier allAsked = new CyclicBarrier(dead);
        Script diesUnderTheSecond = end.after(connection -> {
            connection.readRequest();
            awaitAll(allAsked);
            connection.answer(JOBS);
            connection.readRequest();
            if (atOnce) {
                awaitAll(allAsked);
            }
        });
        Script[] scripts = new Script[dead + 1];
        Arrays.fill(scripts, diesUnderTheSecond);
        scripts[dead] = connection -> {
            while (true) {
                connection.readRequest();
                connection.answer(JOBS);
            }
        };

        try (RawServer rodin = new RawServer(scripts);
                ClientAt client = new ClientAt(rodin.url())) {
            checkAtOnce(client, dead);

            // When
            if (atOnce) {
                checkAtOnce(client, dead);
            } else {
                for (int i = 0; i < dead; i++) {
                    client.check();
                }
            }

            // Then the others are not tried once one has died
            int wasted = atOnce ? dead : 1;
            assertThat(rodin.requests()).hasSize(dead + dead + wasted);
        }
    }

    /** Connections that were kept for too long say nothing of Rodin, whether their second tries can be paid for or not. */
    @ParameterizedTest
    @CsvSource({"CLOSE, 8", "RESET, 8", "CLOSE, 16", "RESET, 16"})
    void staleConnectionsWithoutPermitsForRetriesDoNotOpenTheBreaker(End end, int perMinute) throws Exception {
        // Given
        int dead = CircuitBreaker.OF;
        CyclicBarrier allAsked = new CyclicBarrier(dead);
        Script diesUnderTheSecond = end.after(connection -> {
            connection.readRequest();
            awaitAll(allAsked);
            connection.answer(JOBS);
            connection.readRequest();
            awaitAll(allAsked);
        });
        Script[] scripts = new Script[dead + 1];
        Arrays.fill(scripts, diesUnderTheSecond);
        scripts[dead] = ANSWERS;

        try (RawServer rodin = new RawServer(scripts);
                ClientAt client = new ClientAt(rodin.url())) {
            checkAtOnce(client, dead);
            RodinCall call =
                    new RodinCall(client.endpoint(), new Budget(perMinute, Ticker.disabledTicker(), new ManualTimer()));
            Deadline deadline = Deadline.after(Duration.ofSeconds(10), Ticker.systemTicker());
            Check check = new Check(ClientAt.KEY, RequestClass.FIRST, new BearerToken("a-key"), deadline);
            CircuitBreaker breaker = client.breaker();

            // When
            List<CompletableFuture<RodinResponse>> calls = Stream.generate(
                            () -> breaker.guard(() -> call.call(check)).subscribeAsCompletionStage())
                    .limit(dead)
                    .toList();

            // Then
            int paid = perMinute / 8;
            await().until(() -> calls.stream().allMatch(CompletableFuture::isDone));
            assertThat(calls.stream().filter(CompletableFuture::isCompletedExceptionally))
                    .hasSize(dead - paid)
                    .allSatisfy(refused -> assertThatThrownBy(refused::join)
                            .cause()
                            .isInstanceOfSatisfying(LookupFailure.class, failure -> assertThat(failure.kind())
                                    .isEqualTo(Kind.UPSTREAM_THROTTLED)));
            assertThat(breaker.stateNumber()).isZero();
        }
    }

    /** An answer that cannot be used is one: Rodin is there, and a slip after it is tried again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 201 Created\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}x",
                "HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 14\r\n\r\n<html>no</html",
                "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n|zz\r\n",
                "HTTP/1.1 201 Created\r\nContent-Length: 300000\r\n\r\nLARGE"
            })
    void retryIsAllowedAfterAnInvalidResponse(String invalid) throws IOException {
        // Given
        Script answersInvalidly = connection -> {
            connection.readRequest();
            for (String part : invalid.replace("LARGE", " ".repeat(300_000)).split("\\|")) {
                connection.write(part);
                connection.awaitSilence(Duration.ofMillis(50)); // for the client to have that much
            }
        };
        Script breaks = RawServer.Connection::readRequest;

        try (RawServer rodin = new RawServer(answersInvalidly, breaks, ANSWERS);
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            Kind failure = client.failure().kind();
            TaskStatus next = client.check();

            // Then
            assertThat(failure).isEqualTo(Kind.UPSTREAM_INVALID_RESPONSE);
            assertThat(next.jobs()).hasSize(1);
            assertThat(rodin.requests()).hasSize(3);
        }
    }

    private static void checkAtOnce(ClientAt client, int times) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(times);
        try {
            Callable<TaskStatus> once = client::check;
            for (Future<TaskStatus> check : threads.invokeAll(Collections.nCopies(times, once))) {
                assertThat(check.get().jobs()).hasSize(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void awaitAll(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionClosedBetweenChecksIsReplaced(End end) throws IOException {
        // Given
        Script closesAfterOne = end.after(connection -> {
            connection.readRequest();
            connection.answer(JOBS);
        });

        try (RawServer rodin = new RawServer(closesAfterOne, ANSWERS);
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            client.check();
            TaskStatus second = client.check();

            // Then
            assertThat(second.jobs()).hasSize(1);
            assertThat(rodin.connections()).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionClosedBeforeAResponseTwiceIsAnOutage(End end) throws IOException {
        try (RawServer rodin = new RawServer(end.after(RawServer.Connection::readRequest));
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            Kind failure = client.failure().kind();

            // Then
            assertThat(failure).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
            assertThat(rodin.requests()).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void truncatedResponseIsNotRetried(End end) throws IOException {
        Script endsHalfWay = end.after(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n{\"jobs\":[");
            connection.awaitSilence(Duration.ofMillis(100)); // for the client to see that much
        });

        try (RawServer rodin = new RawServer(endsHalfWay, ANSWERS);
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            Kind failure = client.failure().kind();

            // Then
            assertThat(failure).isEqualTo(Kind.UPSTREAM_INVALID_RESPONSE);
            assertThat(rodin.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void failureOfAProxyIsRetriedOnce(int httpStatus) throws IOException {
        Script refuses = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 " + httpStatus + " No\r\nContent-Length: 0\r\n\r\n");
        };

        try (RawServer rodin = new RawServer(refuses);
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            LookupFailure failure = client.failure();

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_ERROR);
            assertThat(rodin.requests()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "500, 30, 30",
        "502, 30, 30",
        "503, 30, 30",
        "503, 0, 1",
        "503, soon, ",
        "503, 'Wed, 21 Oct 2015 07:28:00 GMT', 1",
        "503, 3600, 300",
        "504, 1, 1",
        "529, 30, 30"
    })
    void failureWithARetryAfterIsNotRetried(int httpStatus, String retryAfter, Integer expectedSeconds)
            throws IOException {
        Script refuses = connection -> {
            connection.readRequest();
            connection.write(
                    "HTTP/1.1 " + httpStatus + " No\r\nRetry-After: " + retryAfter + "\r\nContent-Length: 0\r\n\r\n");
        };

        try (RawServer rodin = new RawServer(refuses);
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            LookupFailure failure = client.failure();

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_ERROR);
            assertThat(failure.retryAfter())
                    .isEqualTo(expectedSeconds == null ? null : Duration.ofSeconds(expectedSeconds));
            assertThat(rodin.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Retry-After: 0\r\n", "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n", "Retry-After: x\r\n", ""
            })
    void throttlingPausesAllChecksForAtLeastASecond(String header) throws IOException {
        Script throttles = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 429 No\r\n" + header + "Content-Length: 0\r\n\r\n");
        };

        try (RawServer rodin = new RawServer(throttles);
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            LookupFailure throttled = client.failure();
            LookupFailure paused = client.failure();

            // Then
            assertThat(throttled.retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
            assertThat(paused.kind()).isEqualTo(Kind.UPSTREAM_THROTTLED);
            assertThat(paused.rodinCalled()).isFalse();
            assertThat(paused.retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
            assertThat(rodin.requests()).hasSize(1);
        }
    }

    @Test
    void afterAnOutageThereIsNoRetryUntilACallSucceeds() throws IOException {
        // Given
        Script refuses = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 502 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        };
        Script answersOnce = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: " + JOBS.length()
                    + "\r\n\r\n" + JOBS);
        };

        try (RawServer rodin = new RawServer(refuses, refuses, refuses, answersOnce, refuses);
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            client.failure();
            int twice = rodin.requests().size();
            client.failure();
            int once = rodin.requests().size() - twice;
            client.check();
            client.failure();

            // Then
            assertThat(twice).isEqualTo(2);
            assertThat(once).isEqualTo(1);
            assertThat(rodin.requests()).hasSize(6);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 408, 421, 429, 500, 501})
    void responseWithAnotherStatusIsNotRetried(int httpStatus) throws IOException {
        Script refuses = connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 " + httpStatus + " No\r\nContent-Length: 0\r\n\r\n");
        };

        try (RawServer rodin = new RawServer(refuses);
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            client.failure();

            // Then
            assertThat(rodin.requests()).hasSize(1);
        }
    }

    @Test
    void sequentialChecksShareAConnection() throws IOException {
        Script answersTwice = connection -> {
            connection.readRequest();
            connection.answer(JOBS);
            connection.readRequest();
            connection.answer(JOBS);
            connection.awaitClose();
        };

        try (RawServer rodin = new RawServer(answersTwice);
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            client.check();
            client.check();

            // Then
            assertThat(rodin.connections()).hasSize(1);
            assertThat(rodin.requests()).hasSize(2);
        }
    }
}
