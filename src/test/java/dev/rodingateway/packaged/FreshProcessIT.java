package dev.rodingateway.packaged;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SimulatorSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A process with an empty cache, as after a roll-out, and a dashboard that opens all its streams at the same time. */
class FreshProcessIT {

    private static final int STREAMS = 50;

    /** An eighth of it is available for immediate first checks. */
    private static final int CHECKS_PER_MINUTE = 240;

    @Test
    void allStreamsAreAcceptedAndWaitingOnesReceiveFinalFailures() throws Exception {
        List<Socket> streams = new ArrayList<>();
        try (RodinSimulator rodin = RodinSimulator.start(SimulatorSettings.defaults());
                GatewayProcess gateway = GatewayProcess.startAndAwait(Map.of(
                        "RODIN_API_KEY",
                        "any",
                        "RODIN_URL",
                        rodin.url(),
                        "GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE",
                        Integer.toString(CHECKS_PER_MINUTE)))) {
            for (int i = 0; i < STREAMS; i++) {
                streams.add(open(gateway, "empty-" + i));
            }
            streams.add(open(gateway, "unknown-task"));

            BufferedReader lines = null;
            for (Socket stream : streams) {
                lines = lines(stream);
                assertThat(lines.readLine()).isEqualTo("HTTP/1.1 200 OK");
                assertThat(next(lines, "retry: ")).startsWith("retry: ");
            }

            // All permits are left to the last stream.
            for (Socket stream : streams.subList(0, STREAMS)) {
                stream.close();
            }
            assertThat(next(lines, "event: ")).isEqualTo("event: problem");
            assertThat(next(lines, "data: ")).contains("\"code\":\"task-not-found\"");
            assertThat(gateway.output()).doesNotContain("\"level\":\"ERROR\"");
        } finally {
            for (Socket stream : streams) {
                stream.close();
            }
        }
    }

    private static Socket open(GatewayProcess gateway, String key) {
        return RawHttp.send(gateway.port(), "GET /tasks/" + key + "/events", "Accept: text/event-stream\r\n");
    }

    private static BufferedReader lines(Socket stream) throws IOException {
        return new BufferedReader(new InputStreamReader(stream.getInputStream(), UTF_8));
    }

    private static String next(BufferedReader lines, String beginning) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith(beginning)) {
            line = lines.readLine();
        }
        return line;
    }
}
