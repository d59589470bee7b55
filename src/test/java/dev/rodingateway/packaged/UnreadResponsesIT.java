package dev.rodingateway.packaged;

import static dev.rodingateway.packaged.SmallGateway.LATE;
import static dev.rodingateway.packaged.SmallGateway.UNREAD;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Callers that do not read responses. */
@Tag("thorough")
class UnreadResponsesIT {

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

    private static final int MEGABYTE = 1024 * 1024;

    private static final List<String> REQUESTS = List.of(
            "GET /tasks/demo-ended/status HTTP/1.1\r\nHost: gateway\r\n\r\n",
            "GET /tasks/demo-ended/status HTTP/1.1\r\nHost: gateway\r\nIf-None-Match: *\r\n\r\n",
            "GET /tasks/demo-ended/status HTTP/1.1\r\nHost: gateway\r\nAccept: application/*\r\n\r\n",
            "GET /tasks/a;b/status HTTP/1.1\r\nHost: gateway\r\n\r\n",
            "GET /nothing HTTP/1.1\r\nHost: gateway\r\n\r\n",
            "GET /q/openapi HTTP/1.1\r\nHost: gateway\r\n\r\n",
            "POST /tasks/status HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 23\r\n\r\n{\"keys\":[\"demo-ended\"]}");

    @ParameterizedTest
    @FieldSource("REQUESTS")
    void requestsAreNotAcceptedWhileResponsesAreUnread(String request) throws IOException {
        // Given
        assertThat(gateway.lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
        double closed = gateway.closedAs("unread");
        try (UnreadingCaller caller = new UnreadingCaller(gateway.port())) {
            // When
            long sent = caller.send(request.repeat(200).getBytes(US_ASCII), 24 * MEGABYTE, UNREAD.dividedBy(2));

            // Then
            assertThat(sent).isLessThan(2 * MEGABYTE);
            assertThat(gateway.lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
            await().atMost(UNREAD.plus(LATE)).until(caller::isClosed);
            assertThat(gateway.closedAs("unread")).isGreaterThan(closed);
        }
    }

    @Test
    void requestsBehindOneThatWaitsAreNotAccepted() throws IOException {
        try (UnreadingCaller caller = new UnreadingCaller(gateway.port())) {
            // Given
            String wait = "GET /tasks/empty-1/status HTTP/1.1\r\nHost: gateway\r\nPrefer: wait=5\r\n\r\n";
            String next = "GET /tasks/empty-1/status HTTP/1.1\r\nHost: gateway\r\n\r\n";

            // When
            caller.send(wait.getBytes(US_ASCII));
            long sent = caller.send(next.repeat(200).getBytes(US_ASCII), 24 * MEGABYTE, Duration.ofSeconds(1));

            // Then
            assertThat(sent).isLessThan(2 * MEGABYTE);
            assertThat(gateway.lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void bodyOfAnUpgradeRequestIsLimited() throws IOException {
        try (UnreadingCaller caller = new UnreadingCaller(gateway.port())) {
            caller.send(("POST /tasks/status HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
                            + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                            + "HTTP2-Settings: AAMAAABkAAQAAP__\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .getBytes(US_ASCII));

            long sent = caller.send(
                    ("4000\r\n" + "x".repeat(0x4000) + "\r\n").getBytes(US_ASCII), 24 * MEGABYTE, UNREAD.dividedBy(2));

            assertThat(sent).isLessThan(4 * MEGABYTE);
        }
    }

    @Test
    void streamWhoseWindowIsExhaustedIsResetAndOthersContinue() throws IOException {
        // Given a connection window for many bodies, and stream windows for a small one only
        byte[] smallWindow = Unpooled.buffer().writeShort(4).writeInt(300).array();
        assertThat(gateway.lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
        try (Http2Caller caller = new Http2Caller(gateway.port(), Arrays.copyOf(smallWindow, 6))) {
            // When
            int stalled = caller.get("/tasks/demo-ended/status", Map.of());
            Http2Caller.Frame frame = caller.next();
            while (frame.type() != Http2Caller.RST_STREAM) {
                caller.decodeHeaders(frame);
                frame = caller.next();
            }

            // Then
            assertThat(frame.stream()).isEqualTo(stalled);
            assertThat(caller.answer(caller.request("HEAD", "/nothing", Map.of(), Http2Caller.END_STREAM))
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void connectionWhoseWindowIsExhaustedIsClosed() throws IOException {
        // Given streams with large windows on a connection whose window is the initial one, 65535
        byte[] largeWindows = Unpooled.buffer().writeShort(4).writeInt(1 << 20).array();
        try (Http2Caller caller = new Http2Caller(gateway.port(), Arrays.copyOf(largeWindows, 6))) {
            // When
            for (int i = 0; i < 20; i++) {
                caller.get("/q/openapi", Map.of());
            }

            // Then
            assertThat(caller.untilClosed()).isNotEmpty();
        }
    }

    @Test
    void pingsAreNotAcceptedWhileTheirAcknowledgementsAreUnread() throws IOException {
        double closed = gateway.closedAs("unread") + gateway.closedAs("head-timeout");
        try (UnreadingCaller caller = new UnreadingCaller(gateway.port())) {
            // Given
            caller.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(US_ASCII));

            // When
            long sent = caller.send(
                    "\0\0\10\6\0\0\0\0\0abcdefgh".repeat(500).getBytes(US_ASCII), 24 * MEGABYTE, UNREAD.dividedBy(2));

            // Then
            assertThat(sent).isLessThan(MEGABYTE);
            await().atMost(UNREAD.plus(LATE)).until(caller::isClosed);
            // By either deadline, which are equal here because no request has been sent, and not by Netty's limit of
            // 10,000 unsent acknowledgements.
            assertThat(gateway.closedAs("unread") + gateway.closedAs("head-timeout"))
                    .isGreaterThan(closed);
        }
    }
}
