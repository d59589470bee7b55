package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways behind a real load balancer are restarted one after the other under load, without a failed request. */
@Tag("slow")
class RollingRestartIT {

    /** The gateway's defaults. */
    private static final Map<String, String> DRAIN =
            Map.of("QUARKUS_SHUTDOWN_DELAY", "5s", "QUARKUS_SHUTDOWN_TIMEOUT", "15s");

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int CALLERS = 8;
    private static final int ASK_EVERY_MS = 50;

    /** Of 160 without any delay. */
    private static final int LEAST_PER_SECOND = 50;

    @TempDir
    private Path directory;

    private final Map<String, GatewayProcess> gateways = new LinkedHashMap<>();
    private RodinSimulator rodin;

    @BeforeEach
    void startRodinWithTasksThatStayLive() {
        SimulatorSettings any = SimulatorSettings.defaults();
        rodin = RodinSimulator.start(
                new SimulatorSettings(any.host(), 0, any.apiKey(), Duration.ofHours(1), any.ticker()));
        // So that look-ups are in flight whenever a gateway is stopped.
        RawHttp.exchange(rodin.port(), "POST /simulator/latency?ms=300", "Content-Length: 0\r\n");
    }

    @AfterEach
    void stopAll() {
        gateways.values().forEach(GatewayProcess::close);
        rodin.close();
    }

    @Test
    void noRequestFailsWhileEachGatewayIsRestartedUnderLoad() throws IOException {
        // Given
        gateways.put("one", start(Map.of()));
        gateways.put("two", start(Map.of()));
        List<Integer> exitCodes = new ArrayList<>();
        try (Haproxy haproxy = Haproxy.start(directory, gateways);
                Load load = new Load(haproxy.port())) {
            gateways.keySet().forEach(load::awaitServedBy);

            // When
            for (String name : List.copyOf(gateways.keySet())) {
                exitCodes.add(restart(name));
                load.awaitServedBy(name);
            }

            // Then
            Result result = load.end();
            assertThat(result.failed()).isEmpty();
            assertThat(result.served()).isGreaterThanOrEqualTo(LEAST_PER_SECOND * result.seconds());
            assertThat(exitCodes).hasSize(2).allMatch(code -> code == 0 || code == 143);
        }
    }

    /** Restarts a gateway; returns the exit code of the old process when the new one is ready. */
    private int restart(String name) {
        int exitCode;
        Map<String, String> samePorts;
        try (GatewayProcess before = gateways.get(name)) {
            samePorts = Map.of(
                    "QUARKUS_HTTP_PORT", String.valueOf(before.port()),
                    "QUARKUS_MANAGEMENT_PORT", String.valueOf(before.managementPort()));
            before.terminate();
            exitCode = before.awaitExit(LIMIT);
        }
        gateways.remove(name);
        gateways.put(name, start(samePorts));
        return exitCode;
    }

    private GatewayProcess start(Map<String, String> ports) {
        Map<String, String> all = new HashMap<>(DRAIN);
        all.put("RODIN_API_KEY", "any");
        all.put("RODIN_URL", rodin.url());
        all.putAll(ports);
        GatewayProcess gateway = GatewayProcess.startAndAwait(all);
        await().atMost(LIMIT).until(() -> RawHttp.get(gateway.managementPort(), "/q/health/ready")
                .startsWith("HTTP/1.1 200 "));
        return gateway;
    }

    /** The result of the load: descriptions of failures, and the numbers of served requests and of seconds. */
    private record Result(List<String> failed, long served, long seconds) {}

    /** Callers that look up a task of their own at fixed intervals on a persistent connection. */
    private static final class Load implements AutoCloseable {

        private static final ObjectMapper JSON = new ObjectMapper();

        private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(CALLERS);
        private final List<KeptConnection> connections = new ArrayList<>();
        private final Queue<String> servedBy = new ConcurrentLinkedQueue<>();
        private final Queue<String> failed = new ConcurrentLinkedQueue<>();
        private final long begun = System.nanoTime();

        Load(int port) {
            for (int i = 0; i < CALLERS; i++) {
                KeptConnection connection = new KeptConnection(port);
                connections.add(connection);
                String path = "/tasks/demo-" + i + "/status";
                threads.scheduleAtFixedRate(() -> ask(connection, path), 0, ASK_EVERY_MS, TimeUnit.MILLISECONDS);
            }
        }

        /** Waits until the load balancer routes requests to a gateway that is ready. */
        void awaitServedBy(String name) {
            long before = servedBy(name);
            await().atMost(LIMIT).until(() -> servedBy(name) > before);
        }

        Result end() throws IOException {
            close();
            Duration taken = Duration.ofNanos(System.nanoTime() - begun);
            return new Result(List.copyOf(failed), servedBy.size(), taken.toSeconds());
        }

        @Override
        public void close() throws IOException {
            threads.shutdown();
            try {
                assertThat(threads.awaitTermination(LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                        .isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            for (KeptConnection connection : connections) {
                connection.close();
            }
        }

        private void ask(KeptConnection connection, String path) {
            long asked = System.nanoTime() - begun;
            try {
                KeptConnection.Answer answer = connection.get(path);
                Optional<String> wrong = faultOf(answer);
                if (wrong.isEmpty()) {
                    servedBy.add(answer.headers().get(Haproxy.SERVED_BY.toLowerCase(Locale.ROOT)));
                } else {
                    failed.add(at(asked) + wrong.get());
                }
            } catch (IOException | RuntimeException e) {
                failed.add(at(asked) + e);
            }
        }

        private static Optional<String> faultOf(KeptConnection.Answer answer) throws JsonProcessingException {
            if (answer.status() != 200) {
                return Optional.of(answer.toString());
            }
            JsonNode body = JSON.readTree(answer.body());
            boolean readable = List.of("waiting", "generating")
                            .contains(body.path("status").asText())
                    && body.path("jobs").size() == 3;
            return readable ? Optional.empty() : Optional.of(answer.toString());
        }

        private long servedBy(String name) {
            return servedBy.stream().filter(name::equals).count();
        }

        private static String at(long nanos) {
            return "after %d ms: ".formatted(TimeUnit.NANOSECONDS.toMillis(nanos));
        }
    }
}
