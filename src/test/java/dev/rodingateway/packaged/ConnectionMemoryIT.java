package dev.rodingateway.packaged;

import static dev.rodingateway.packaged.SmallGateway.LATE;
import static dev.rodingateway.packaged.SmallGateway.UNREAD;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many callers that together would take more memory than available. */
@Tag("thorough")
class ConnectionMemoryIT {

    private static SmallGateway gateway;

    @BeforeAll
    static void start() {
        gateway = SmallGateway.start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void nothingIsLogged() {
        gateway.assertNothingLogged();
    }

    private static final String LOOK_UP = "GET /tasks/demo-ended/status HTTP/1.1\r\nHost: gateway\r\n\r\n";
    private static final String PAGE = "GET /q/openapi HTTP/1.1\r\nHost: gateway\r\n\r\n";
    private static final int CALLERS = 500;

    /**
     * In bytes: twice the buffer size in docs/operations.md, because a segment is accepted while the buffer is nearly
     * full.
     */
    private static final long MAX_SENT = 64 * 1024;

    /** In bytes: the size in {@code docs/operations.md} for a connection whose responses are not read. */
    private static final long MAX_RECEIVED = 128 * 1024;

    /** First more requests than are accepted, some of which remain unread; then few, all of which are read. */
    static List<String> requestsWithUnreadResponses() {
        return List.of(LOOK_UP.repeat(400), PAGE.repeat(5));
    }

    @ParameterizedTest
    @MethodSource("requestsWithUnreadResponses")
    void callersThatNeverReadTakeLimitedMemoryOfTheOperatingSystem(String requests) {
        assertThat(gateway.lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
        try (Crowd callers = new Crowd(gateway.port())) {
            // When
            callers.offerWithSmallBuffer(CALLERS, requests);
            List<TcpQueues> seen = new ArrayList<>();
            await().atMost(UNREAD.plus(LATE))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                        callers.offerAgain(requests);
                        seen.add(TcpQueues.of(gateway.port()));
                        return seen.get(seen.size() - 1).total() == 0;
                    });

            // Then
            assertThat(seen.get(0).total()).isPositive();
            assertThat(seen).allSatisfy(queues -> {
                assertThat(queues.sent()).allSatisfy(bytes -> assertThat(bytes).isLessThanOrEqualTo(MAX_SENT));
                assertThat(queues.received())
                        .allSatisfy(bytes -> assertThat(bytes).isLessThanOrEqualTo(MAX_RECEIVED));
            });
            assertThat(gateway.lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
            assertThat(RawHttp.get(gateway.managementPort(), "/q/health/ready")).startsWith("HTTP/1.1 200 ");
        }
    }

    /** One caller after the other, so that few heads are incomplete at the same time. */
    @Test
    void requestsBehindAStreamDoNotFillTheMemory() throws IOException {
        String large = "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: gateway\r\nX-Long: " + "a".repeat(22_000)
                + "\r\n\r\n";
        byte[] requests =
                ("GET /tasks/empty-1/events HTTP/1.1\r\nHost: gateway\r\n\r\n" + large.repeat(15)).getBytes(US_ASCII);
        List<UnreadingCaller> callers = new ArrayList<>();
        try {
            // When
            for (int i = 0; i < 200; i++) {
                UnreadingCaller caller = new UnreadingCaller(gateway.port());
                callers.add(caller);
                caller.send(requests, requests.length, Duration.ofMillis(20));
            }

            // Then
            assertThat(gateway.lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
            assertThat(RawHttp.get(gateway.managementPort(), "/q/health/ready")).startsWith("HTTP/1.1 200 ");
        } finally {
            for (UnreadingCaller caller : callers) {
                caller.close();
            }
        }
    }

    @Test
    void headsOfRequestsInProgressDoNotFillTheMemory() {
        double closed = gateway.closedAs("heads-too-large");
        try (Crowd callers = new Crowd(gateway.port())) {
            // When
            callers.offer(
                    2000,
                    "GET /tasks/empty-1/events HTTP/1.1\r\nHost: gateway\r\nX-Long: " + "a".repeat(19_000)
                            + "\r\n\r\n");

            // Then
            await().atMost(LATE).until(() -> gateway.closedAs("heads-too-large") > closed);
            assertThat(gateway.lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
        }
    }

    static List<String> headsThatAreNeverComplete() {
        return List.of(
                "GET /tasks/a/status HTTP/1.1\r\nHost: gateway\r\nX-Long: " + "a".repeat(23_000) + "\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0" + "\0\100\0\1\1\0\0\0\1" + "a".repeat(0x4000)
                        + ("\0\100\0\11\0\0\0\0\1" + "a".repeat(0x4000)).repeat(2));
    }

    @ParameterizedTest
    @MethodSource("headsThatAreNeverComplete")
    void headsThatAreNeverCompleteDoNotFillTheMemory(String head) {
        double closed = gateway.closedAs("heads-too-large");
        try (Crowd callers = new Crowd(gateway.port())) {
            // When
            callers.offer(2000, head);

            // Then
            await().atMost(LATE).until(() -> gateway.closedAs("heads-too-large") > closed);
            assertThat(gateway.lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
            assertThat(RawHttp.get(gateway.managementPort(), "/q/health/ready")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void headsOfUnansweredStreamsDoNotFillTheMemory() throws IOException {
        double closed = gateway.closedAs("heads-too-large");
        Map<String, String> headers = Map.of("content-type", "application/json", "x-long", "a".repeat(19_000));
        List<Http2Caller> callers = new ArrayList<>();
        try {
            // When, each 100 requests whose bodies do not arrive
            for (int i = 0; i < 20; i++) {
                Http2Caller caller = new Http2Caller(gateway.port());
                callers.add(caller);
                sendUntilClosed(caller, headers);
            }

            // Then
            await().atMost(LATE).until(() -> gateway.closedAs("heads-too-large") > closed);
            assertThat(gateway.lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
        } finally {
            for (Http2Caller caller : callers) {
                caller.close();
            }
        }
    }

    private static void sendUntilClosed(Http2Caller caller, Map<String, String> headers) {
        try {
            for (int i = 0; i < 100; i++) {
                caller.request("POST", "/tasks/status", headers, 0);
            }
        } catch (IOException closed) {
            // The limit was exceeded.
        }
    }
}
