package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SimulatorSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StopIT {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration DELAY = Duration.ofSeconds(3);

    private RodinSimulator rodin;

    @BeforeEach
    void startRodin() throws IOException {
        rodin = RodinSimulator.start(SimulatorSettings.defaults());
    }

    @AfterEach
    void stopRodin() {
        rodin.close();
    }

    @Test
    void readinessFailsImmediatelyWhileRequestsAreStillServed() throws IOException {
        try (GatewayProcess gateway = start(Map.of("QUARKUS_SHUTDOWN_DELAY", DELAY.toSeconds() + "s"));
                Socket connection = new Socket("127.0.0.1", gateway.port())) {
            // Given
            int port = gateway.port();
            int management = gateway.managementPort();
            assertThat(RawHttp.get(management, "/q/health/ready")).startsWith("HTTP/1.1 200 ");
            assertThat(headOf("HEAD", connection))
                    .contains("HTTP/1.1 200 OK")
                    .doesNotContainIgnoringCase("connection: close");

            // When
            gateway.terminate();
            await().until(() -> RawHttp.get(management, "/q/health/ready").startsWith("HTTP/1.1 503 "));

            // Then each response closes its connection, including that of FreshAnswers to a GET of a known task
            assertThat(headOf("GET", connection)).contains("HTTP/1.1 200 OK").containsIgnoringCase("connection: close");
            assertThat(RawHttp.get(management, "/q/health/live")).startsWith("HTTP/1.1 200 ");
            assertThat(RawHttp.get(port, "/tasks/demo-1/status")).startsWith("HTTP/1.1 200 ");
            assertEndsWell(gateway);
        }
    }

    @Test
    void lookupInFlightIsAnsweredBeforeTheEnd() throws IOException {
        RawHttp.exchange(rodin.port(), "POST /simulator/latency?ms=1500", "Content-Length: 0\r\n");
        try (GatewayProcess gateway = start(Map.of("QUARKUS_SHUTDOWN_DELAY", "100ms"));
                Socket caller = RawHttp.send(gateway.port(), "GET /tasks/demo-1/status", "")) {
            // Given
            await().until(() -> rodin.checks("demo-1") == 1);

            // When
            gateway.terminate();

            // Then
            assertThat(new String(caller.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\"status\":");
            assertEndsWell(gateway);
        }
    }

    @Test
    void lookupThatTakesLongerThanTheTimeoutDoesNotDelayTheEnd() throws IOException {
        Map<String, String> settings = Map.of(
                "GATEWAY_UPSTREAM_TIMEOUT", "5m", "QUARKUS_SHUTDOWN_DELAY", "0s", "QUARKUS_SHUTDOWN_TIMEOUT", "1s");
        try (GatewayProcess gateway = start(settings);
                Socket caller = RawHttp.send(gateway.port(), "GET /tasks/hang/status", "")) {
            // Given
            await().until(() -> rodin.checks("hang") == 1);

            // When
            gateway.terminate();

            // Then
            assertThat(gateway.awaitExit(LIMIT)).isIn(0, 143);
            assertThat(gateway.output())
                    .contains("Timed out waiting for graceful shutdown")
                    .doesNotContain("Exception");
            assertThat(caller.getInputStream().readAllBytes()).isEmpty();
        }
    }

    @Test
    void longPollsAndStreamsEndWhenTheDelayIsNearlyOver() throws IOException {
        try (GatewayProcess gateway = start(Map.of("QUARKUS_SHUTDOWN_DELAY", DELAY.toSeconds() + "s"));
                Socket stream = RawHttp.send(gateway.port(), "GET /tasks/empty-1/events", "");
                Socket poll = RawHttp.send(gateway.port(), "GET /tasks/empty-1/status", "Prefer: wait=60\r\n")) {
            // Given
            int management = gateway.managementPort();
            await().until(() -> RawHttp.get(management, "/q/metrics").contains("\ngateway_watchers 2.0\n"));

            // When
            long begun = System.nanoTime();
            gateway.terminate();
            String events = new String(stream.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Duration held = Duration.ofNanos(System.nanoTime() - begun);
            String answer = new String(poll.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            // Then
            assertThat(held).isBetween(DELAY.dividedBy(2), DELAY.plus(LIMIT));
            assertThat(events).contains("event: status\n").endsWith("\r\n0\r\n\r\n");
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Preference-Applied: wait=55", "\"status\":\"waiting\"");
            assertEndsWell(gateway);
        }
    }

    @Test
    void longPollsAndStreamsDoNotDelayAStopWithoutDelay() throws IOException {
        try (GatewayProcess gateway = start(Map.of("QUARKUS_SHUTDOWN_DELAY", "0s"));
                Socket stream = RawHttp.send(gateway.port(), "GET /tasks/empty-1/events", "")) {
            // Given
            int management = gateway.managementPort();
            await().until(() -> RawHttp.get(management, "/q/metrics").contains("\ngateway_watchers 1.0\n"));

            // When
            gateway.terminate();

            // Then
            assertThat(new String(stream.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("\r\n0\r\n\r\n");
            assertEndsWell(gateway);
        }
    }

    private GatewayProcess start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("RODIN_API_KEY", "any");
        all.put("RODIN_URL", rodin.url());
        return GatewayProcess.startAndAwait(all);
    }

    private static void assertEndsWell(GatewayProcess gateway) {
        assertThat(gateway.awaitExit(LIMIT)).isIn(0, 143);
        assertThat(gateway.output()).doesNotContain("Exception", "ERROR");
    }

    /** Sends a request on a persistent connection, and returns the head of the response. */
    private static String headOf(String method, Socket connection) throws IOException {
        connection.setSoTimeout((int) LIMIT.toMillis());
        connection
                .getOutputStream()
                .write((method + " /tasks/demo-1/status HTTP/1.1\r\nHost: gateway\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        BufferedReader in =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
        StringBuilder head = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            head.append(line).append('\n');
        }
        return head.toString();
    }
}
