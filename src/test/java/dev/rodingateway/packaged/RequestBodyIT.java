package dev.rodingateway.packaged;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SimulatorSettings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Request bodies that are slow, too large or never finished, sent to the packaged application with a small heap. */
@Tag("thorough")
class RequestBodyIT {

    private static final int MAXIMUM_LISTS = 16;
    private static final Duration PROMPT = Duration.ofSeconds(5);
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(3);
    private static final String POST = "POST /tasks/status";
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String CHUNKED = JSON + "Transfer-Encoding: chunked\r\n";
    private static final List<String> ANY_RESOURCE =
            List.of(POST, "PUT /nothing", "GET /tasks/empty-a/status", "POST /q/openapi");
    private static final String CHUNK = "4000\r\n" + "x".repeat(0x4000) + "\r\n";

    private static RodinSimulator rodin;
    private static GatewayProcess gateway;
    private static int port;
    private static int managementPort;

    @BeforeAll
    static void start() {
        rodin = RodinSimulator.start(SimulatorSettings.defaults());
        gateway = GatewayProcess.startAndAwait(Map.of(
                "RODIN_API_KEY",
                "any",
                "RODIN_URL",
                rodin.url(),
                "JAVA_TOOL_OPTIONS",
                "-Xmx96m",
                "GATEWAY_BODY_TIMEOUT",
                BODY_TIMEOUT.toSeconds() + "s",
                "GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE",
                "100000",
                "GATEWAY_LISTS_MAXIMUM",
                Integer.toString(MAXIMUM_LISTS)));
        port = gateway.port();
        managementPort = gateway.managementPort();
    }

    @AfterAll
    static void stop() {
        try {
            // Aborted uploads must not be logged, so that they cannot fill the log.
            assertThat(gateway.output().substring(gateway.output().indexOf("Listening on")))
                    .doesNotContain("\"level\":\"ERROR\"", "\"level\":\"WARN\"");
        } finally {
            gateway.close();
            rodin.close();
        }
    }

    @Test
    void stalledBodiesDelayNoOtherRequest() throws Exception {
        List<Socket> callers = new ArrayList<>();
        try {
            for (int i = 0; i < 250; i++) {
                Socket caller = open(POST, JSON + "Content-Length: 200000\r\n");
                caller.getOutputStream().write("x".repeat(12_000).getBytes(ISO_8859_1));
                callers.add(caller);
            }

            assertThat(respondsPromptly(managementPort, "/q/health/ready")).startsWith("HTTP/1.1 200");
            assertThat(respondsPromptly(managementPort, "/q/health/live")).startsWith("HTTP/1.1 200");
            assertThat(respondsPromptly(managementPort, "/q/metrics")).startsWith("HTTP/1.1 200");
            assertThat(respondsPromptly(port, "/q/openapi")).startsWith("HTTP/1.1 200");
            assertThat(respondsPromptly(port, "/tasks/empty-" + UUID.randomUUID() + "/status"))
                    .startsWith("HTTP/1.1 200");
        } finally {
            close(callers);
        }
    }

    @Test
    void unfinishedBodiesTakeLimitedMemory() throws Exception {
        List<Socket> callers = new ArrayList<>();
        try {
            // 75 MB
            for (int i = 0; i < 300; i++) {
                Socket caller = open(POST, CHUNKED);
                callers.add(caller);
                boolean unused = write(caller, CHUNK, 15);
            }
            assertThat(respondsPromptly(managementPort, "/q/health/ready")).startsWith("HTTP/1.1 200");

            int refused = 0;
            for (Socket caller : callers) {
                String answer = answer(caller);
                assertThat(answer).matches("(?s)HTTP/1.1 (408|503) .*");
                if (answer.startsWith("HTTP/1.1 503 ")) {
                    assertThat(answer).contains("\"code\":\"too-many-lists\"", "Retry-After: ");
                    refused++;
                }
            }
            assertThat(refused).isGreaterThan(callers.size() / 2);
        } finally {
            close(callers);
        }
        assertThat(list("empty-after-bodies")).startsWith("HTTP/1.1 200");
    }

    @Test
    void bodyThatDoesNotArriveInTimeIsRejected() throws Exception {
        List<Socket> callers = new ArrayList<>();
        try {
            for (String start : ANY_RESOURCE) {
                Socket caller = open(start, JSON + "Content-Length: 100\r\n");
                caller.getOutputStream().write("half".getBytes(ISO_8859_1));
                callers.add(caller);
            }
            for (Socket caller : callers) {
                assertThat(answer(caller))
                        .startsWith("HTTP/1.1 408 ")
                        .containsIgnoringCase("connection: close")
                        .contains("\"code\":\"request-timeout\"");
            }
        } finally {
            close(callers);
        }
    }

    static List<String> anyResource() {
        return ANY_RESOURCE;
    }

    @ParameterizedTest
    @MethodSource("anyResource")
    void connectionOfABodyThatIsTooLargeIsClosed(String start) throws Exception {
        for (String framing : List.of(CHUNKED, JSON + "Content-Length: 314572800\r\n")) {
            try (Socket caller = open(start, framing)) {
                // 300 MB, a few of which fit into the buffers of the operating system.
                int written = 0;
                while (written < 300_000_000 && write(caller, CHUNK, 1)) {
                    written += CHUNK.length();
                }

                assertThat(written).isLessThan(30_000_000);
            }
            try (Socket caller = open(start, framing)) {
                boolean all = write(caller, CHUNK, 20);

                assertThat(answer(caller))
                        .as("completely written: " + all)
                        .startsWith("HTTP/1.1 413 ")
                        .containsIgnoringCase("connection: close")
                        .contains("\"code\":\"payload-too-large\"");
            }
        }
    }

    @Test
    void streamOfABodyThatIsTooLargeIsResetAndItsConnectionContinues() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false)
                    .setHttp2MaxPoolSize(1));

            HttpClientResponse refused =
                    send(client, HttpMethod.POST, "/tasks/status", Buffer.buffer(new byte[300_000]));

            assertThat(refused.version()).isEqualTo(HttpVersion.HTTP_2);
            assertThat(refused.statusCode()).isEqualTo(413);
            assertThat(refused.getHeader("connection")).isNull();
            HttpClientResponse next = send(client, HttpMethod.GET, "/tasks/empty-h2/status", Buffer.buffer());
            assertThat(next.statusCode()).isEqualTo(200);
            assertThat(next.request().connection()).isSameAs(refused.request().connection());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private static HttpClientResponse send(HttpClient client, HttpMethod method, String path, Buffer body)
            throws Exception {
        return client.request(method, port, "127.0.0.1", path)
                .compose(request ->
                        request.putHeader("Content-Type", "application/json").send(body))
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    @Test
    void abortedUploadsAreNotLoggedAndReleaseTheirMemory() throws Exception {
        for (String start : List.of(POST, "PUT /nothing", "GET /tasks/empty-a/status")) {
            for (int i = 0; i < 10; i++) {
                Socket caller = open(start, CHUNKED);
                write(caller, CHUNK, 3);
                caller.setSoLinger(true, 0);
                caller.close();
            }
        }

        // Whether anything was logged is asserted at the end.
        assertThat(list("empty-after-abort")).startsWith("HTTP/1.1 200");
    }

    @Test
    void numberOfListsInProgressIsLimited() throws Exception {
        List<Socket> callers = new ArrayList<>();
        try {
            for (int i = 0; i < MAXIMUM_LISTS; i++) {
                String body = "{\"keys\":[\"slow-" + UUID.randomUUID() + "\"]}";
                Socket caller = open(POST, JSON + "Content-Length: " + body.length() + "\r\n");
                caller.getOutputStream().write(body.getBytes(ISO_8859_1));
                callers.add(caller);
            }

            String[] refused = new String[1];
            await().atMost(Duration.ofSeconds(2)).until(() -> {
                refused[0] = list("empty-one-more");
                return refused[0].startsWith("HTTP/1.1 503 ");
            });

            assertThat(refused[0]).contains("\"code\":\"too-many-lists\"", "Retry-After: ");
            for (Socket caller : callers) {
                assertThat(answer(caller)).startsWith("HTTP/1.1 200 ");
            }
            assertThat(list("empty-one-more")).startsWith("HTTP/1.1 200 ");
        } finally {
            close(callers);
        }
    }

    @Test
    void bodyIsReadAfterAContinue() throws Exception {
        String body = "{\"keys\":[\"empty-a\"]}";
        try (Socket caller = open(POST, JSON + "Expect: 100-continue\r\nContent-Length: " + body.length() + "\r\n")) {
            byte[] head = caller.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
            caller.getOutputStream().write(body.getBytes(ISO_8859_1));

            assertThat(new String(head, ISO_8859_1)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(answer(caller)).startsWith("HTTP/1.1 200 ");
        }
    }

    /** Sends the head of a request, on a socket that does not delay later parts (TCP_NODELAY). */
    private static Socket open(String start, String headers) throws IOException {
        Socket socket = RawHttp.send(port, start, headers);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static String respondsPromptly(int to, String path) throws IOException {
        try (Socket socket = RawHttp.send(to, "GET " + path, "")) {
            socket.setSoTimeout((int) PROMPT.toMillis());
            return answer(socket);
        }
    }

    private static String list(String key) throws IOException {
        String body = "{\"keys\":[\"" + key + "\"]}";
        try (Socket socket = open(POST, JSON + "Content-Length: " + body.length() + "\r\n")) {
            socket.getOutputStream().write(body.getBytes(ISO_8859_1));
            return answer(socket);
        }
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    /** Returns whether the server accepted everything. */
    private static boolean write(Socket socket, String piece, int times) {
        byte[] bytes = piece.getBytes(ISO_8859_1);
        try {
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < times; i++) {
                out.write(bytes);
            }
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
