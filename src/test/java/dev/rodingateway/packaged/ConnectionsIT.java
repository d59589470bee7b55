package dev.rodingateway.packaged;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SimulatorSettings;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that use their connections to do harm, and a packaged gateway with little memory. */
class ConnectionsIT {

    private static final int MEGABYTE = 1024 * 1024;
    private static final Duration HEAD = Duration.ofSeconds(1);
    private static final Duration IDLE = Duration.ofSeconds(3);
    private static final Duration UNREAD = Duration.ofSeconds(2);

    private static final List<String> BEGUN_HEADS = List.of(
            "",
            "G",
            "P",
            "GET /tasks/a/sta",
            "GET /tasks/a/status HTTP/1.1\r\nHost: gateway\r\nX-Half: a",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0\11\1\1\0\0\0\1abc");

    /** What a limit may be overrun by on a busy machine. */
    private static final Duration LATE = Duration.ofSeconds(10);

    private static RodinSimulator rodin;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws IOException {
        SimulatorSettings defaults = SimulatorSettings.defaults();
        rodin = RodinSimulator.start(
                new SimulatorSettings(defaults.host(), 0, Optional.empty(), Duration.ofMillis(1), defaults.ticker()));
        gateway = GatewayProcess.startAndAwait(
                Map.of(
                        "RODIN_API_KEY", "any",
                        "RODIN_URL", rodin.url(),
                        "GATEWAY_CONNECTIONS_HEAD_TIMEOUT", HEAD.toSeconds() + "s",
                        "GATEWAY_CONNECTIONS_IDLE_TIMEOUT", IDLE.toSeconds() + "s",
                        "GATEWAY_CONNECTIONS_WRITE_TIMEOUT", UNREAD.toSeconds() + "s"),
                "96m",
                4096);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        rodin.close();
    }

    @AfterEach
    void nothingIsLogged() {
        assertThat(gateway.output().substring(gateway.output().indexOf("Listening on")))
                .doesNotContain("\"level\":\"ERROR\"", "\"level\":\"WARN\"", "\"exception\"", "OutOfMemory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /tasks/demo-ended/status HTTP/1.1\r\nHost: gateway\r\n\r\n",
                "GET /tasks/demo-ended/status HTTP/1.1\r\nHost: gateway\r\nIf-None-Match: *\r\n\r\n",
                "GET /tasks/demo-ended/status HTTP/1.1\r\nHost: gateway\r\nAccept: application/*\r\n\r\n",
                "GET /tasks/a;b/status HTTP/1.1\r\nHost: gateway\r\n\r\n",
                "GET /nothing HTTP/1.1\r\nHost: gateway\r\n\r\n",
                "GET /q/openapi HTTP/1.1\r\nHost: gateway\r\n\r\n",
                "POST /tasks/status HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 23\r\n\r\n{\"keys\":[\"demo-ended\"]}"
            })
    void requestsWhoseResponsesAreNotReadAreNotTaken(String request) throws IOException {
        // Given
        assertThat(lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
        double closed = closedAs("unread");
        try (UnreadingCaller caller = new UnreadingCaller(gateway.port())) {
            // When
            long sent = caller.send(request.repeat(200).getBytes(US_ASCII), 24 * MEGABYTE, UNREAD.dividedBy(2));

            // Then
            assertThat(sent).isLessThan(2 * MEGABYTE);
            assertThat(lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
            await().atMost(UNREAD.plus(LATE)).until(caller::isClosed);
            assertThat(closedAs("unread")).isGreaterThan(closed);
        }
    }

    @Test
    void requestsBehindOneThatWaitsAreNotTaken() throws IOException {
        try (UnreadingCaller caller = new UnreadingCaller(gateway.port())) {
            // Given
            String wait = "GET /tasks/empty-1/status HTTP/1.1\r\nHost: gateway\r\nPrefer: wait=5\r\n\r\n";
            String next = "GET /tasks/empty-1/status HTTP/1.1\r\nHost: gateway\r\n\r\n";

            // When
            caller.send(wait.getBytes(US_ASCII));
            long sent = caller.send(next.repeat(200).getBytes(US_ASCII), 24 * MEGABYTE, Duration.ofSeconds(1));

            // Then
            assertThat(sent).isLessThan(2 * MEGABYTE);
            assertThat(lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAMAAABkAAQAAP__", "!!!", ""})
    void upgradeToHttp2IsIgnored(String settings) throws IOException {
        for (String upgrade : List.of("h2c", "websocket")) {
            try (Socket caller = connect(gateway.port())) {
                caller.getOutputStream()
                        .write(request(
                                "/tasks/demo-ended/status",
                                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + upgrade + "\r\nHTTP2-Settings: "
                                        + settings + "\r\n"));

                assertThat(responseHead(caller)).startsWith("HTTP/1.1 200 ");
                // The connection goes on, and with the limits of any other.
                caller.getOutputStream().write(request("/tasks/demo-ended/status", ""));
                assertThat(responseHead(caller)).startsWith("HTTP/1.1 200 ");
                caller.getOutputStream().write("GET /tasks".getBytes(US_ASCII));
                assertThat(caller.getInputStream().readAllBytes()).isEmpty();
            }
        }
    }

    @Test
    void bodyOfARequestThatAsksForAnUpgradeIsBounded() throws IOException {
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
    void requestsBehindAStreamDoNotFillTheMemory() {
        try (Crowd callers = new Crowd(gateway.port())) {
            String large = "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: gateway\r\nX-Long: " + "a".repeat(22_000)
                    + "\r\n\r\n";

            // When
            callers.offer(700, "GET /tasks/empty-1/events HTTP/1.1\r\nHost: gateway\r\n\r\n" + large.repeat(15));

            // Then
            assertThat(lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
            assertThat(RawHttp.get(gateway.managementPort(), "/q/health/ready")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void headsOfRequestsInProgressDoNotFillTheMemory() {
        double closed = closedAs("heads-too-large");
        try (Crowd callers = new Crowd(gateway.port())) {
            // When
            callers.offer(
                    2000,
                    "GET /tasks/empty-1/events HTTP/1.1\r\nHost: gateway\r\nX-Long: " + "a".repeat(19_000)
                            + "\r\n\r\n");

            // Then
            await().atMost(LATE).until(() -> closedAs("heads-too-large") > closed);
            assertThat(lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void callerThatResetsItsConnectionBehindAStreamLeavesNothingInTheLog() throws IOException {
        for (String behind : List.of(
                "POST /tasks/status HTTP/1.1\r\nHost: gateway\r\nContent-Length: 100\r\n\r\nhalf",
                "PUT /nothing HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf",
                "GET /tasks/a/sta")) {
            for (int i = 0; i < 5; i++) {
                try (Socket caller = connect(gateway.port())) {
                    caller.getOutputStream().write(request("/tasks/empty-1/events", ""));
                    assertThat(responseHead(caller)).startsWith("HTTP/1.1 200 ");
                    caller.getOutputStream()
                            .write((new String(request("/tasks/empty-1/events", ""), US_ASCII) + behind)
                                    .getBytes(US_ASCII));
                    caller.setSoLinger(true, 0);
                }
            }
        }

        // That nothing was logged is asserted at the end.
        assertThat(lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "DELETE"})
    void streamWhoseRequestDoesNotEndIsResetAfterItsAnswer(String method) throws IOException {
        try (Http2Caller caller = new Http2Caller(gateway.port())) {
            int stream = caller.request(method, "/tasks/demo-ended/status", Map.of(), 0);

            Http2Caller.Frame frame = caller.next();
            while (frame.type() != Http2Caller.RST_STREAM) {
                caller.decodeHeaders(frame);
                frame = caller.next();
            }

            assertThat(frame.stream()).isEqualTo(stream);
            assertThat(frame.payload()).containsExactly(0, 0, 0, 0);
            assertThat(caller.answer(caller.get("/nothing", Map.of())).status()).isEqualTo(404);
        }
    }

    @Test
    void streamWhoseResponseIsNotLetThroughIsResetAndOthersGoOn() throws IOException {
        // Given a window of bodies for the connection, and of each stream one that takes only a small one
        byte[] smallWindow = Unpooled.buffer().writeShort(4).writeInt(300).array();
        assertThat(lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
        try (Http2Caller caller = new Http2Caller(gateway.port(), java.util.Arrays.copyOf(smallWindow, 6))) {
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
    void connectionThatLetsNoResponseThroughIsClosed() throws IOException {
        // Given streams with large windows on a connection whose window is the initial one, 65535
        byte[] largeWindows = Unpooled.buffer().writeShort(4).writeInt(1 << 20).array();
        try (Http2Caller caller = new Http2Caller(gateway.port(), java.util.Arrays.copyOf(largeWindows, 6))) {
            // When
            for (int i = 0; i < 20; i++) {
                caller.get("/q/openapi", Map.of());
            }

            // Then
            assertThat(caller.untilClosed()).isNotEmpty();
        }
    }

    @Test
    void pingsWhoseAnswersAreNotReadAreNotTaken() throws IOException {
        try (UnreadingCaller caller = new UnreadingCaller(gateway.port())) {
            // Given
            caller.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(US_ASCII));

            // When
            long sent = caller.send(
                    "\0\0\10\6\0\0\0\0\0abcdefgh".repeat(500).getBytes(US_ASCII), 24 * MEGABYTE, UNREAD.dividedBy(2));

            // Then
            // Far below the 10,000 unsent answers at which Netty closes a connection by itself.
            assertThat(sent).isLessThan(MEGABYTE);
            await().atMost(UNREAD.plus(LATE)).until(caller::isClosed);
        }
    }

    @Test
    void headThatDoesNotComeClosesItsConnection() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try {
            // Given
            long start = System.nanoTime();
            for (int port : List.of(gateway.port(), gateway.managementPort())) {
                for (String begun : BEGUN_HEADS) {
                    Socket socket = connect(port);
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

    @ParameterizedTest
    @ValueSource(strings = {"GET /tasks/demo-ended/status HTTP/1.1\r\nHost: gateway\r\n\r\n", ""})
    void headThatComesByteByByteClosesItsConnection(String before) throws IOException {
        try (Socket socket = connect(gateway.port())) {
            socket.getOutputStream().write((before + "GET /").getBytes(US_ASCII));

            await().atMost(HEAD.plus(LATE)).pollInterval(Duration.ofMillis(100)).until(() -> refuses(socket));
        }
    }

    @Test
    void headersInManyFramesCloseTheirConnectionEvenBesideAStream() throws IOException {
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
    void connectionWithoutARequestIsClosedAndOneWithIsNot() throws IOException {
        try (Socket idle = connect(gateway.port());
                Socket polling = connect(gateway.port());
                Socket streaming = connect(gateway.port());
                Http2Caller http2 = new Http2Caller(gateway.port())) {
            // Given
            idle.getOutputStream().write(request("/tasks/demo-ended/status", ""));
            assertThat(responseHead(idle)).startsWith("HTTP/1.1 200 ");
            polling.getOutputStream().write(request("/tasks/empty-1/status", "Prefer: wait=6\r\n"));
            streaming.getOutputStream().write(request("/tasks/empty-1/events", ""));
            assertThat(responseHead(streaming)).startsWith("HTTP/1.1 200 ");
            http2.get("/tasks/empty-1/events", Map.of());
            long start = System.nanoTime();

            // When
            idle.getInputStream().readAllBytes();

            // Then
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(IDLE.dividedBy(2), IDLE.plus(LATE));
            assertThat(responseHead(polling)).startsWith("HTTP/1.1 200 ").contains("wait=6");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(IDLE);
            assertThat(http2.answer(http2.get("/nothing", Map.of())).status()).isEqualTo(404);
            streaming.setSoTimeout(1);
            assertThatThrownBy(() -> streaming.getInputStream().readAllBytes())
                    .isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void headsThatAreNeverCompleteDoNotFillTheMemory() {
        double closed = closedAs("heads-too-large");
        try (Crowd callers = new Crowd(gateway.port())) {
            // When, without the empty line that ends a head
            callers.send(2000, "GET /tasks/a/status", "X-Long: " + "a".repeat(23_000));

            // Then
            assertThat(lookUp("demo-ended")).startsWith("HTTP/1.1 200 ");
            assertThat(RawHttp.get(gateway.managementPort(), "/q/health/ready")).startsWith("HTTP/1.1 200 ");
            assertThat(closedAs("heads-too-large")).isGreaterThan(closed);
        }
    }

    @Test
    void connectionHasABoundedNumberOfStreams() throws IOException {
        try (Http2Caller caller = new Http2Caller(gateway.port())) {
            // Given
            List<Integer> streams = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                streams.add(caller.get("/tasks/empty-1/events", Map.of()));
            }

            // When
            int tooMany = caller.get("/tasks/empty-1/events", Map.of());

            // Then
            assertThatThrownBy(() -> caller.answer(tooMany)).hasMessage("stream reset: 7");
        }
    }

    @Test
    void clientThatResetsItsStreamsAllTheTimeIsCutOff() throws IOException {
        try (Http2Caller caller = new Http2Caller(gateway.port())) {
            byte[] cancel = {0, 0, 0, 8};
            IntStream.range(0, 1000).forEach(i -> {
                try {
                    caller.send(Http2Caller.RST_STREAM, 0, caller.get("/tasks/empty-1/events", Map.of()), cancel);
                } catch (IOException closed) {
                    // What was sent until then was enough.
                }
            });

            assertThat(caller.untilClosed()).anySatisfy(frame -> {
                assertThat(frame.type()).isEqualTo(Http2Caller.GOAWAY);
                assertThat(Unpooled.wrappedBuffer(frame.payload()).getInt(Integer.BYTES))
                        .isEqualTo(11);
            });
        }
    }

    @Test
    void headersAreAsLargeOverHttp2AsOverHttp1() throws IOException {
        try (Http2Caller caller = new Http2Caller(gateway.port())) {
            // Given a stream that is to survive
            int events = caller.get("/tasks/empty-1/events", Map.of());

            // When
            Http2Caller.Answer served =
                    caller.answer(caller.get("/tasks/demo-ended/status", Map.of("x-long", "a".repeat(19_000))));
            Http2Caller.Answer refused =
                    caller.answer(caller.get("/tasks/demo-ended/status", Map.of("x-long", "a".repeat(21_000))));
            Http2Caller.Answer tooLong = caller.answer(caller.get("/tasks/" + "a".repeat(17_000), Map.of()));

            // Then
            assertThat(served.status()).isEqualTo(200);
            assertThat(refused.status()).isEqualTo(431);
            assertThat(refused.body()).contains("\"code\":\"request-header-fields-too-large\"");
            assertThat(tooLong.status()).isEqualTo(414);
            assertThat(tooLong.body()).contains("\"code\":\"uri-too-long\"");
            caller.send(Http2Caller.RST_STREAM, 0, events, new byte[] {0, 0, 0, 8});
            assertThat(caller.answer(caller.get("/nothing", Map.of())).status()).isEqualTo(404);
        }
    }

    @Test
    void bodyThatIsTooLargeEndsItsStreamAndNotTheConnection() throws IOException {
        try (Http2Caller caller = new Http2Caller(gateway.port())) {
            int stream = caller.request("POST", "/tasks/status", Map.of("content-length", "999999"), 0);

            Http2Caller.Answer answer = caller.answer(stream);

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.headers()).containsKey("date").doesNotContainKey("connection");
            assertThat(caller.answer(caller.get("/nothing", Map.of())).status()).isEqualTo(404);
        }
    }

    /** Returns what is served of a task, to another caller. */
    private static String lookUp(String key) {
        return RawHttp.get(gateway.port(), "/tasks/" + key + "/status");
    }

    private static double closedAs(String reason) {
        Matcher count = Pattern.compile("(?m)^gateway_connections_closed_total\\{reason=\"" + reason + "\"\\} (\\S+)$")
                .matcher(RawHttp.get(gateway.managementPort(), "/q/metrics"));
        assertThat(count.find()).as(reason).isTrue();
        return Double.parseDouble(count.group(1));
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(20));
        return socket;
    }

    private static byte[] request(String path, String headers) {
        return ("GET " + path + " HTTP/1.1\r\nHost: gateway\r\n" + headers + "\r\n").getBytes(US_ASCII);
    }

    /** Reads a response's head, and of its body what has come with it. */
    private static String responseHead(Socket socket) throws IOException {
        byte[] buffer = new byte[8192];
        int read = socket.getInputStream().read(buffer);
        return new String(buffer, 0, Math.max(read, 0), US_ASCII);
    }

    /** Of what has been sent so far nothing is lost but the settings of HTTP/2. */
    private static void assertIsOpen(Socket socket) throws IOException {
        int patience = socket.getSoTimeout();
        socket.setSoTimeout(1);
        try {
            assertThat(socket.getInputStream().read(new byte[1024])).isPositive();
        } catch (java.net.SocketTimeoutException open) {
            // Nothing was sent.
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
