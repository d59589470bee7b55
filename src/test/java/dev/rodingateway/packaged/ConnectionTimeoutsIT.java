package dev.rodingateway.packaged;

import static dev.rodingateway.packaged.SmallGateway.HEAD;
import static dev.rodingateway.packaged.SmallGateway.IDLE;
import static dev.rodingateway.packaged.SmallGateway.LATE;
import static dev.rodingateway.packaged.SmallGateway.request;
import static dev.rodingateway.packaged.SmallGateway.responseHead;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connections whose callers do not complete a request, and those that legitimately wait. */
@Tag("thorough")
class ConnectionTimeoutsIT {

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

    private static final List<String> BEGUN_HEADS = List.of(
            "",
            "G",
            "P",
            "GET /tasks/a/sta",
            "GET /tasks/a/status HTTP/1.1\r\nHost: gateway\r\nX-Half: a",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0\11\1\1\0\0\0\1abc");

    @Test
    void connectionWithoutACompleteHeadIsClosed() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try {
            // Given
            long start = System.nanoTime();
            for (int port : List.of(gateway.port(), gateway.managementPort())) {
                for (String begun : BEGUN_HEADS) {
                    Socket socket = SmallGateway.connect(port);
                    sockets.add(socket);
                    socket.getOutputStream().write(begun.getBytes(US_ASCII));
                }
            }

            // Then
            for (Socket socket : sockets) {
                assertIsOpen(socket);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(HEAD);
            for (Socket socket : sockets) {
                socket.getInputStream().readAllBytes();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(HEAD.dividedBy(2), HEAD.plus(LATE));
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void connectionWhoseHeadArrivesByteByByteIsClosed() throws IOException {
        try (Socket first = gateway.connect();
                Socket second = gateway.connect()) {
            first.getOutputStream().write("GET /".getBytes(US_ASCII));
            second.getOutputStream().write(request("/tasks/demo-ended/status", ""));
            second.getOutputStream().write("GET /".getBytes(US_ASCII));

            for (Socket socket : List.of(first, second)) {
                await().atMost(HEAD.plus(LATE))
                        .pollInterval(Duration.ofMillis(100))
                        .until(() -> refuses(socket));
            }
        }
    }

    @Test
    void connectionWithHeadersInManyFramesIsClosedEvenWithAnotherStream() throws IOException {
        try (Http2Caller caller = new Http2Caller(gateway.port())) {
            // Given
            caller.get("/tasks/empty-1/events", Map.of());
            assertThat(caller.answer(caller.get("/nothing", Map.of())).status()).isEqualTo(404);
            long start = System.nanoTime();

            // When
            byte[] list = caller.encode("GET", "/tasks/demo-ended/status", Map.of());
            caller.send(Http2Caller.HEADERS, Http2Caller.END_STREAM, 5, list);

            // Then
            caller.untilClosed();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(HEAD.dividedBy(2), HEAD.plus(LATE));
        }
    }

    @Test
    void connectionIsClosedOnlyWithoutARequestInProgress() throws IOException {
        try (Socket idle = gateway.connect();
                Socket polling = gateway.connect();
                Socket streaming = gateway.connect();
                Http2Caller http2 = new Http2Caller(gateway.port())) {
            // Given
            idle.getOutputStream().write(request("/tasks/demo-ended/status", ""));
            assertThat(responseHead(idle)).startsWith("HTTP/1.1 200 ");
            polling.getOutputStream().write(request("/tasks/empty-1/status", "Prefer: wait=4\r\n"));
            streaming.getOutputStream().write(request("/tasks/empty-1/events", ""));
            assertThat(responseHead(streaming)).startsWith("HTTP/1.1 200 ");
            http2.get("/tasks/empty-1/events", Map.of());
            long start = System.nanoTime();

            // When
            idle.getInputStream().readAllBytes();

            // Then
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(IDLE.dividedBy(2), IDLE.plus(LATE));
            assertThat(responseHead(polling)).startsWith("HTTP/1.1 200 ").contains("wait=4");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(IDLE);
            assertThat(http2.answer(http2.get("/nothing", Map.of())).status()).isEqualTo(404);
            streaming.setSoTimeout(1);
            assertThatThrownBy(() -> streaming.getInputStream().readAllBytes())
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void nothingIsLoggedIfACallerResetsItsConnectionDuringAStream() throws IOException {
        for (String behind : List.of(
                "POST /tasks/status HTTP/1.1\r\nHost: gateway\r\nContent-Length: 100\r\n\r\nhalf",
                "PUT /nothing HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf",
                "GET /tasks/a/sta")) {
            for (int i = 0; i < 5; i++) {
                try (Socket caller = gateway.connect()) {
                    // In one write, so that the server reads the rest together with the request for the stream.
                    String stream = new String(request("/tasks/empty-1/events", ""), US_ASCII);
                    caller.getOutputStream().write((stream + stream + behind).getBytes(US_ASCII));
                    assertThat(responseHead(caller)).startsWith("HTTP/1.1 200 ");
                    caller.setSoLinger(true, 0);
                }
            }
        }

        // Whether anything was logged is asserted at the end.
        assertThat(gateway.lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
    }

    /** Discards what has been received so far, which is only the HTTP/2 settings. */
    private static void assertIsOpen(Socket socket) throws IOException {
        int patience = socket.getSoTimeout();
        socket.setSoTimeout(1);
        try {
            assertThat(socket.getInputStream().read(new byte[1024])).isPositive();
        } catch (SocketTimeoutException open) {
            // Nothing was received.
        } finally {
            socket.setSoTimeout(patience);
        }
    }

    private static boolean refuses(Socket socket) {
        try {
            socket.getOutputStream().write('a');
            return false;
        } catch (IOException closed) {
            return true;
        }
    }
}
