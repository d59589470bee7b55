package dev.rodingateway.packaged;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Responses of Rodin of the maximum size, with a gateway that has little memory. */
@Tag("slow")
class HugeAnswersIT {

    private static final int MAX_BYTES = 256 * 1024;

    /** Each cached status would take more than half a megabyte. */
    private static final int KEYS = 400;

    private static final int LISTS = 16;

    private static final String MANY_JOBS = "{\"jobs\":[" + String.join(",", Collections.nCopies(130_000, "1")) + "]}";
    private static final String LONG_JOBS = "{\"jobs\":["
            + IntStream.range(0, 1000)
                    .mapToObj(i -> "{\"uuid\":\"" + "x".repeat(210) + i + "\",\"status\":\"Generating\"}")
                    .collect(Collectors.joining(","))
            + "]}";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private HttpServer rodin;

    @BeforeEach
    void startRodin() throws IOException {
        assertThat(MANY_JOBS.length()).isLessThan(MAX_BYTES);
        assertThat(LONG_JOBS.length()).isBetween(MAX_BYTES - 16 * 1024, MAX_BYTES);
        rodin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        rodin.createContext("/", HugeAnswersIT::answer);
        rodin.setExecutor(threads);
        rodin.start();
    }

    @AfterEach
    void stopRodin() {
        rodin.stop(0);
        threads.shutdownNow();
    }

    @Test
    void responsesOfTheMaximumSizeDoNotFillTheMemory() throws Exception {
        Map<String, String> environment = Map.of(
                "RODIN_API_KEY", "any",
                "RODIN_URL", "http://127.0.0.1:" + rodin.getAddress().getPort(),
                "GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE", "100000",
                "GATEWAY_FRESHNESS_GENERATING", "1h",
                "JDK_JAVA_OPTIONS", "-Xmx128m -XX:+ExitOnOutOfMemoryError");
        try (GatewayProcess gateway = GatewayProcess.startAndAwait(environment)) {
            for (int i = 0; i < KEYS; i++) {
                HttpResponse<String> many = get(gateway, "many-" + i);
                assertThat(many.statusCode()).as(gateway.output()).isEqualTo(502);
                assertThat(many.body()).contains("upstream-invalid-response");
            }
            for (int i = 0; i < KEYS; i++) {
                for (int twice = 0; twice < 2; twice++) { // the serialized form is cached from the second look-up on
                    HttpResponse<String> large = get(gateway, "long-" + i);
                    assertThat(large.statusCode()).as(gateway.output()).isEqualTo(200);
                }
            }

            assertThat(get(gateway, "usual").body()).contains("\"status\":\"done\"");
            assertThat(RawHttp.get(gateway.managementPort(), "/q/health/live")).startsWith("HTTP/1.1 200 ");
            assertThat(gateway.output()).doesNotContain("java.lang.OutOfMemoryError");
        }
    }

    /** Each response contains the largest task 100 times, and is not read. */
    @Test
    void unreadListsTakeLittleMemoryAndCountUntilTheirCallersDisconnect() throws Exception {
        Map<String, String> environment = Map.of(
                "RODIN_API_KEY", "any",
                "RODIN_URL", "http://127.0.0.1:" + rodin.getAddress().getPort(),
                "GATEWAY_LISTS_MAXIMUM", Integer.toString(LISTS),
                "GATEWAY_FRESHNESS_GENERATING", "1h",
                "JDK_JAVA_OPTIONS", "-Xmx128m -XX:+ExitOnOutOfMemoryError");
        List<Socket> callers = new ArrayList<>();
        try (GatewayProcess gateway = GatewayProcess.startAndAwait(environment)) {
            assertThat(get(gateway, "long-list").statusCode()).isEqualTo(200);
            for (int i = 0; i < LISTS; i++) {
                Socket caller = list(gateway);
                callers.add(caller);
                assertThat(new String(caller.getInputStream().readNBytes(15), UTF_8))
                        .isEqualTo("HTTP/1.1 200 OK");
            }

            try (Socket refused = list(gateway)) {
                assertThat(new String(refused.getInputStream().readAllBytes(), UTF_8))
                        .startsWith("HTTP/1.1 503 ");
            }
            assertThat(RawHttp.get(gateway.managementPort(), "/q/health/live")).startsWith("HTTP/1.1 200 ");
            byte[] whole = callers.remove(0).getInputStream().readAllBytes();
            assertThat(whole.length).isGreaterThan(100 * 240_000);
            assertThat(new String(whole, whole.length - 9, 9, UTF_8)).isEqualTo("]}\r\n0\r\n\r\n");
            for (Socket caller : callers) {
                caller.close();
            }
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                try (Socket answered = list(gateway)) {
                    assertThat(new String(answered.getInputStream().readNBytes(15), UTF_8))
                            .isEqualTo("HTTP/1.1 200 OK");
                }
            });
            assertThat(gateway.output()).doesNotContain("java.lang.OutOfMemoryError", "\"level\":\"ERROR\"");
        } finally {
            for (Socket caller : callers) {
                caller.close();
            }
        }
    }

    private static Socket list(GatewayProcess gateway) throws IOException {
        String keys = String.join(",", Collections.nCopies(100, "\"long-list\""));
        String body = "{\"keys\":[" + keys + "]}";
        Socket socket = RawHttp.send(
                gateway.port(),
                "POST /tasks/status",
                "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n");
        socket.getOutputStream().write(body.getBytes(UTF_8));
        return socket;
    }

    private HttpResponse<String> get(GatewayProcess gateway, String key) throws Exception {
        URI url = URI.create("http://127.0.0.1:" + gateway.port() + "/tasks/" + key + "/status");
        return http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String asked = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        String answer = "{\"jobs\":[{\"status\":\"Done\"}]}";
        if (asked.contains("\"many-")) {
            answer = MANY_JOBS;
        } else if (asked.contains("\"long-")) {
            answer = LONG_JOBS;
        }
        byte[] body = answer.getBytes(UTF_8);
        exchange.sendResponseHeaders(201, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
