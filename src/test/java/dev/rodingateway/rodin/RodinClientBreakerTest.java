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
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What opens the breaker and so shuts new keys out: that Rodin is down, and not what it answers for some keys. */
@QuarkusTest
@WithTestResource(WireMockRodin.class)
@Tag("thorough")
class RodinClientBreakerTest {

    private static final String JOBS = "{\"jobs\":[{\"uuid\":\"j-1\",\"status\":\"Done\"}]}";
    private static final int CLOSED = 0;

    private static final Duration AMPLE = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    /** Answers about one task, some of them unreadable. */
    enum Answer {
        HTTP_500_WITH_A_CODE("500 Internal Server Error", "{\"error\":\"UNKNOWN\"}", Kind.UPSTREAM_ERROR),
        HTTP_500_OF_A_FRAMEWORK("500 Internal Server Error", "<html>oops</html>", Kind.UPSTREAM_ERROR),
        HTTP_500_EMPTY("500 Internal Server Error", "", Kind.UPSTREAM_ERROR),
        HTTP_503_THAT_KNOWS_NO_SUCH_TASK("503 No", "{\"error\":\"NO_SUCH_TASK\"}", Kind.TASK_NOT_FOUND),
        HTTP_502_OF_AN_ACCOUNT("502 No", "{\"error\":\"API_INSUFFICIENT_FUNDS\"}", Kind.UPSTREAM_ACCOUNT),
        HTTP_400("400 Bad Request", "{\"error\":\"UNKNOWN\"}", Kind.UPSTREAM_ERROR),
        HTTP_401("401 Unauthorized", "{\"error\":\"UNAUTHORIZED\"}", Kind.UPSTREAM_CREDENTIALS),
        HTTP_404("404 Not Found", "", Kind.TASK_NOT_FOUND),
        REFUSAL("201 Created", "{\"error\":\"NO_SUCH_TASK\"}", Kind.TASK_NOT_FOUND),
        REDIRECT("302 Found\r\nLocation: http://rodin.invalid/", "", Kind.UPSTREAM_INVALID_RESPONSE),
        HTML("200 OK", "<html>maintenance</html>", Kind.UPSTREAM_INVALID_RESPONSE),
        BODY_TOO_LARGE("201 Created", JOBS + " ".repeat(BodyLimit.MAX_BYTES), Kind.UPSTREAM_INVALID_RESPONSE),
        HEAD_TOO_LARGE("201 Created\r\nX-Long: " + "x".repeat(8192), JOBS, Kind.UPSTREAM_INVALID_RESPONSE),
        NO_LENGTH("201 Created\r\nContent-Length: x", JOBS, Kind.UPSTREAM_INVALID_RESPONSE),
        CHUNKS_THAT_BREAK_AFTER_THE_HEAD(
                "201 Created\r\nTransfer-Encoding: chunked\r\nX-Content-Length: none",
                "2\r\n{}\r\n|zz\r\n",
                Kind.UPSTREAM_INVALID_RESPONSE),
        BYTES_AFTER_THE_END_OF_CHUNKS(
                "201 Created\r\nTransfer-Encoding: chunked\r\nX-Content-Length: none",
                "2\r\n{}\r\n|0\r\n\r\nx",
                Kind.UPSTREAM_INVALID_RESPONSE),
        NOT_COMPRESSED("201 Created\r\nContent-Encoding: gzip", JOBS, Kind.UPSTREAM_INVALID_RESPONSE);

        private final String statusAndHeaders;
        private final String body;
        private final Kind kind;

        Answer(String statusAndHeaders, String body, Kind kind) {
            this.statusAndHeaders = statusAndHeaders;
            this.body = body;
            this.kind = kind;
        }
    }

    /** Signs that Rodin is down. */
    enum Outage {
        HTTP_502(answering("502 Bad Gateway"), Kind.UPSTREAM_ERROR),
        HTTP_503(answering("503 Service Unavailable"), Kind.UPSTREAM_ERROR),
        HTTP_503_UNTIL_LATER(answering("503 Service Unavailable\r\nRetry-After: 30"), Kind.UPSTREAM_ERROR),
        HTTP_504(answering("504 Gateway Timeout"), Kind.UPSTREAM_ERROR),
        HTTP_522(answering("522 Connection timed out"), Kind.UPSTREAM_ERROR),
        CLOSED_ON_ACCEPT(connection -> {}, Kind.UPSTREAM_UNAVAILABLE),
        RESET_ON_ACCEPT(Connection::reset, Kind.UPSTREAM_UNAVAILABLE),
        CLOSED_BEFORE_AN_ANSWER(Connection::readRequest, Kind.UPSTREAM_UNAVAILABLE),
        RESET_BEFORE_AN_ANSWER(
                connection -> {
                    connection.readRequest();
                    connection.reset();
                },
                Kind.UPSTREAM_UNAVAILABLE),
        CLOSED_HALF_WAY(
                connection -> {
                    connection.readRequest();
                    connection.write("HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n{\"jobs\":[");
                },
                Kind.UPSTREAM_INVALID_RESPONSE),
        SILENCE(
                connection -> {
                    connection.readRequest();
                    connection.awaitClose();
                },
                Kind.UPSTREAM_TIMEOUT);

        private final Script script;
        private final Kind kind;

        Outage(Script script, Kind kind) {
            this.script = script;
            this.kind = kind;
        }
    }

    @ParameterizedTest
    @EnumSource
    void responsesAboutSomeKeysDoNotOpenTheBreaker(Answer answer) throws IOException {
        // Given
        Script odd = answering(answer.statusAndHeaders, answer.body);
        Script[] oddAtFirst = new Script[2 * CircuitBreaker.OF + 1];
        Arrays.fill(oddAtFirst, odd);
        oddAtFirst[2 * CircuitBreaker.OF] = answering("201 Created", JOBS);

        try (RawServer rodin = new RawServer(oddAtFirst);
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            for (int i = 0; i < 2 * CircuitBreaker.OF; i++) {
                assertThat(client.failure().kind()).isEqualTo(answer.kind);
            }

            // Then
            assertThat(client.breaker().stateNumber()).isEqualTo(CLOSED);
            assertThat(rodin.requests()).hasSize(2 * CircuitBreaker.OF);
            assertThat(client.check().jobs()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void outageOpensTheBreaker(Outage outage) throws IOException {
        Duration limit = outage == Outage.SILENCE ? SHORT : AMPLE;
        try (RawServer rodin = new RawServer(outage.script);
                ClientAt client = new ClientAt(rodin.url(), limit)) {
            // When
            for (int i = 0; i < CircuitBreaker.OF; i++) {
                assertThat(client.failure().kind()).isEqualTo(outage.kind);
            }
            int requests = rodin.requests().size();
            LookupFailure open = client.failure();

            // Then
            assertThat(open.kind()).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
            assertThat(open.rodinCalled()).isFalse();
            assertThat(rodin.requests()).hasSize(requests);
        }
    }

    private static Script answering(String statusAndHeaders) {
        return answering(statusAndHeaders, "");
    }

    /** Answers one request of each connection. */
    private static Script answering(String statusAndHeaders, String body) {
        String length = statusAndHeaders.contains("Content-Length") ? "" : "Content-Length: " + body.length() + "\r\n";
        return connection -> {
            connection.readRequest();
            String answer = "HTTP/1.1 " + statusAndHeaders + "\r\n" + length + "Connection: close\r\n\r\n" + body;
            String[] parts = answer.split("\\|");
            connection.write(parts[0]);
            for (String part : Arrays.copyOfRange(parts, 1, parts.length)) {
                connection.awaitSilence(Duration.ofMillis(30)); // for the client to have that much
                connection.write(part);
            }
        };
    }
}
