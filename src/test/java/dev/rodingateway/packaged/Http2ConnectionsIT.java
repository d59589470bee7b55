package dev.rodingateway.packaged;

import static dev.rodingateway.packaged.SmallGateway.request;
import static dev.rodingateway.packaged.SmallGateway.responseHead;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Effects of HTTP/2 streams on their connection and on each other. */
class Http2ConnectionsIT {

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

    @Test
    void streamWhoseRequestDoesNotEndIsResetAfterItsResponse() throws IOException {
        try (Http2Caller caller = new Http2Caller(gateway.port())) {
            Set<Integer> open = new HashSet<>();
            for (String method : List.of("GET", "HEAD", "POST", "DELETE")) {
                open.add(caller.request(method, "/tasks/demo-ended/status", Map.of(), 0));
            }

            while (!open.isEmpty()) {
                Http2Caller.Frame frame = caller.next();
                caller.decodeHeaders(frame);
                if (frame.type() == Http2Caller.RST_STREAM) {
                    assertThat(frame.payload()).containsExactly(0, 0, 0, 0);
                    assertThat(open.remove(frame.stream())).isTrue();
                }
            }

            assertThat(caller.answer(caller.get("/nothing", Map.of())).status()).isEqualTo(404);
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
    void clientThatContinuallyResetsStreamsIsDisconnected() throws IOException {
        try (Http2Caller caller = new Http2Caller(gateway.port())) {
            byte[] cancel = {0, 0, 0, 8};
            IntStream.range(0, 1000).forEach(i -> {
                try {
                    caller.send(Http2Caller.RST_STREAM, 0, caller.get("/tasks/empty-1/events", Map.of()), cancel);
                } catch (IOException closed) {
                    // The limit was exceeded.
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
    void limitOfHeadersIsTheSameOverHttp2AsOverHttp1() throws IOException {
        try (Http2Caller caller = new Http2Caller(gateway.port())) {
            // Given a stream that must not be affected
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
    void bodyThatIsTooLargeEndsItsStreamButNotTheConnection() throws IOException {
        try (Http2Caller caller = new Http2Caller(gateway.port())) {
            int stream = caller.request("POST", "/tasks/status", Map.of("content-length", "999999"), 0);

            Http2Caller.Answer answer = caller.answer(stream);

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.headers()).containsKey("date").doesNotContainKey("connection");
            assertThat(caller.answer(caller.get("/nothing", Map.of())).status()).isEqualTo(404);
        }
    }

    @Test
    void upgradeToHttp2IsIgnored() throws IOException {
        List<Socket> callers = new ArrayList<>();
        try {
            for (String settings : List.of("AAMAAABkAAQAAP__", "!!!", "")) {
                for (String upgrade : List.of("h2c", "websocket")) {
                    Socket caller = gateway.connect();
                    callers.add(caller);
                    caller.getOutputStream()
                            .write(request(
                                    "/tasks/demo-ended/status",
                                    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + upgrade
                                            + "\r\nHTTP2-Settings: " + settings + "\r\n"));
                    assertThat(responseHead(caller)).startsWith("HTTP/1.1 200 ");
                    // The connection continues, with the limits of any other.
                    caller.getOutputStream().write(request("/tasks/demo-ended/status", ""));
                    assertThat(responseHead(caller)).startsWith("HTTP/1.1 200 ");
                    caller.getOutputStream().write("GET /tasks".getBytes(US_ASCII));
                }
            }
            for (Socket caller : callers) {
                assertThat(caller.getInputStream().readAllBytes()).isEmpty();
            }
        } finally {
            for (Socket caller : callers) {
                caller.close();
            }
        }
    }
}
