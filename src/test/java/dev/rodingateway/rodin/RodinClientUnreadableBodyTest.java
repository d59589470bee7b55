package dev.rodingateway.rodin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.RawServer.Connection;
import dev.rodingateway.rodin.RawServer.Script;
import dev.rodingateway.rodin.breaker.CircuitBreaker;
import dev.rodingateway.rodin.http.BodyLimit;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Responses whose HTTP status says enough, with bodies that cannot be read. */
@QuarkusTest
@WithTestResource(WireMockRodin.class)
@Tag("thorough")
class RodinClientUnreadableBodyTest {

    private static final int OPEN = 2;
    private static final Duration AMPLE = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(500);

    /** The ways a body cannot be read. */
    enum Body {
        TOO_LARGE("Content-Length: " + (BodyLimit.MAX_BYTES + 1) + "\r\n", " ".repeat(BodyLimit.MAX_BYTES + 1)),
        TOO_LARGE_IN_CHUNKS("Transfer-Encoding: chunked\r\n", "80000\r\n" + " ".repeat(0x80000) + "\r\n0\r\n\r\n"),
        BROKEN_GZIP("Content-Encoding: gzip\r\nContent-Length: 14\r\n", "<html>no</html"),
        BROKEN_DEFLATE("Content-Encoding: deflate\r\nContent-Length: 14\r\n", "<html>no</html"),
        BROKEN_CHUNK("Transfer-Encoding: chunked\r\n", "5\r\n<html\r\nzz\r\n"),
        CUT_SHORT("Content-Length: 99\r\n", "<html>") {
            @Override
            void write(Connection connection, String status) throws IOException {
                super.write(connection, status);
                connection.awaitSilence(Duration.ofMillis(100)); // for the client to have that much
            }
        },
        RESET("Content-Length: 99\r\n", "<html>") {
            @Override
            void write(Connection connection, String status) throws IOException {
                super.write(connection, status);
                connection.awaitSilence(Duration.ofMillis(100)); // for the client to have that much
                connection.reset();
            }
        },
        TOO_SLOW("Content-Length: 99999\r\n", "<html>") {
            @Override
            void write(Connection connection, String status) throws IOException {
                super.write(connection, status);
                connection.trickle('x', Duration.ofMillis(100));
            }
        };

        private final String headers;
        private final String bytes;

        Body(String headers, String bytes) {
            this.headers = headers;
            this.bytes = bytes;
        }

        void write(Connection connection, String status) throws IOException {
            connection.write("HTTP/1.1 " + status + "\r\n" + headers + "\r\n");
            connection.write(bytes);
        }

        Script after(String status) {
            return connection -> {
                connection.readRequest();
                write(connection, status);
            };
        }

        Duration limit() {
            return this == TOO_SLOW ? SHORT : AMPLE;
        }
    }

    @ParameterizedTest
    @EnumSource
    void throttlingPausesAllChecks(Body body) throws IOException {
        try (RawServer rodin = new RawServer(body.after("429 Too Many Requests\r\nRetry-After: 60"));
                ClientAt client = new ClientAt(rodin.url(), body.limit())) {
            // When
            LookupFailure throttled = client.failure();
            LookupFailure paused = client.failure();

            // Then
            assertThat(throttled.kind()).isEqualTo(Kind.UPSTREAM_THROTTLED);
            assertThat(throttled.retryAfter()).isEqualTo(Duration.ofSeconds(60));
            assertThat(client.budget().paused()).isGreaterThan(Duration.ofSeconds(30));
            assertThat(paused.rodinCalled()).isFalse();
            assertThat(rodin.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void retryAfterOfAServerFailureIsHonoured(Body body) throws IOException {
        try (RawServer rodin = new RawServer(body.after("503 Service Unavailable\r\nRetry-After: 30"));
                ClientAt client = new ClientAt(rodin.url(), body.limit())) {
            // When
            LookupFailure failure = client.failure();

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_ERROR);
            assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(30));
            assertThat(rodin.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void serverFailuresOpenTheBreaker(Body body) throws IOException {
        try (RawServer rodin = new RawServer(body.after("503 Service Unavailable"));
                ClientAt client = new ClientAt(rodin.url(), body.limit())) {
            // When
            for (int i = 0; i < CircuitBreaker.OF; i++) {
                assertThat(client.failure().kind()).isEqualTo(Kind.UPSTREAM_ERROR);
            }

            // Then
            assertThat(client.breaker().stateNumber()).isEqualTo(OPEN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusalOfTheApiKeyIsRecognized(Body body) throws IOException {
        try (RawServer rodin = new RawServer(body.after("401 Unauthorized"));
                ClientAt client = new ClientAt(rodin.url(), body.limit())) {
            assertThat(client.failure().kind()).isEqualTo(Kind.UPSTREAM_CREDENTIALS);
        }
    }

    /** Where the meaning depends on the body, nothing is guessed. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TOO_SLOW")
    void otherResponseIsInvalid(Body body) throws IOException {
        for (String status : new String[] {"201 Created", "400 Bad Request", "404 Not Found"}) {
            try (RawServer rodin = new RawServer(body.after(status));
                    ClientAt client = new ClientAt(rodin.url(), body.limit())) {
                assertThat(client.failure().kind()).isEqualTo(Kind.UPSTREAM_INVALID_RESPONSE);
            }
        }
    }
}
