package dev.rodingateway.packaged;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("thorough")
class StartIT {

    private static final String TOKEN = "MARKEDTOKEN4Kd9";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /**
     * Invalid values of settings, grouped by those that one line reports together. Other invalid values of the
     * gateway's own settings are tested without a process: ConvertersTest, TokenStoreTest, StartupErrorMessageTest,
     * PortsTest, TracingTest.
     */
    private static final List<Map<String, String>> INVALID = List.of(
            Map.ofEntries(
                    entry("RODIN_URL", ""),
                    entry("GATEWAY_UPSTREAM_TIMEOUT", ""),
                    entry("GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE", "0"),
                    entry("GATEWAY_STALE_FOR", "never"),
                    entry("GATEWAY_FRESHNESS_WAITING", "-5s"),
                    entry("GATEWAY_FRESHNESS_GENERATING", "soon"),
                    entry("GATEWAY_FRESHNESS_TERMINAL", "366d"),
                    entry("GATEWAY_FRESHNESS_NOT_FOUND", "5 parsecs"),
                    entry("GATEWAY_CACHE_MAXIMUM_SIZE", ""),
                    entry("GATEWAY_WATCH_PAGE", ""),
                    entry("QUARKUS_HTTP_PORT", "http")),
            Map.of(
                    "RODIN_URL", "api.hyper3d.com",
                    "GATEWAY_UPSTREAM_TIMEOUT", "0s",
                    "GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE", "100001",
                    "GATEWAY_CACHE_MAXIMUM_SIZE", "0",
                    "GATEWAY_WATCH_PAGE", "ture",
                    "QUARKUS_HTTP_PORT", TOKEN + "-in-the-wrong-place"),
            Map.of("GATEWAY_CORS_ORIGINS", "https://a.example,*"),
            Map.of("QUARKUS_PROXY_HOST", "proxy.example"),
            Map.of("QUARKUS_TLS_TRUST_STORE_JKS_PATH", "pom.xml"),
            Map.of("QUARKUS_TLS_TRUST_STORE_PEM_CERTS", "/no/such/file"),
            Map.of("QUARKUS_HTTP_HOST", "no.such.host.invalid"),
            Map.of("QUARKUS_HTTP_IO_THREADS", "-1"),
            Map.of("QUARKUS_THREAD_POOL_MAX_THREADS", "0"),
            Map.of("QUARKUS_SHUTDOWN_TIMEOUT", "soon"),
            Map.of("QUARKUS_LOG_LEVEL", "LOUD"),
            Map.of("QUARKUS_HTTP_PORT", ""),
            Map.of("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "ture"),
            Map.of("QUARKUS_HTTP_PORT", "65536"),
            Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", TOKEN + "-in-the-wrong-place"));

    @TempDir
    private Path directory;

    /** Each runs in a process of its own, two at a time. */
    @TestFactory
    Stream<DynamicTest> invalidSettingsAreRejected() throws IOException {
        List<Refusal> refusals = new ArrayList<>();
        refusals.add(new Refusal(Map.of(), "RODIN_API_KEY or RODIN_API_KEY_FILE is required"));
        refusals.add(new Refusal(Map.of("RODIN_API_KEY", TOKEN + " " + TOKEN), "RODIN_API_KEY "));
        String noKey = file("no-key", TOKEN + "\u0001" + TOKEN + "\n");
        for (String file : List.of(noKey, "/no/such/${HOME}")) {
            refusals.add(
                    new Refusal(Map.of("RODIN_API_KEY", TOKEN, "RODIN_API_KEY_FILE", file), "RODIN_API_KEY_FILE "));
        }
        for (String name : List.of("QUARKUS_TLS_TRUST_STORE_PEM_CERTS", "QUARKUS_TLS_RODIN_TRUST_STORE_PEM_CERTS")) {
            refusals.add(new Refusal(with(Map.of(name, file("no-certificate.pem", "no certificate"))), name));
        }
        refusals.add(new Refusal(
                with(Map.of("QUARKUS_PROXY_HOST", "proxy.example", "QUARKUS_PROXY_PORT", "99999")),
                "QUARKUS_PROXY_PORT"));
        String empty = file("empty.p12", "");
        Map<String, String> emptyStore =
                Map.of("QUARKUS_TLS_TRUST_STORE_P12_PATH", empty, "QUARKUS_TLS_TRUST_STORE_P12_PASSWORD", "a-password");
        refusals.add(new Refusal(with(emptyStore), "QUARKUS_TLS_TRUST_STORE_P12_PATH"));
        for (Map<String, String> values : INVALID) {
            String[] settings = values.keySet().stream().toArray(String[]::new);
            refusals.add(new Refusal(with(values), settings));
        }
        return tests(refusals);
    }

    private static Stream<DynamicTest> tests(List<Refusal> refusals) {
        ExecutorService twoAtATime = Executors.newFixedThreadPool(2);
        List<Future<Ended>> ended = refusals.stream()
                .map(refusal -> twoAtATime.submit(refusal::run))
                .toList();
        return IntStream.range(0, refusals.size())
                .mapToObj(i -> DynamicTest.dynamicTest(refusals.get(i).toString(), () -> refusals.get(i)
                        .assertReported(ended.get(i).get())))
                .onClose(twoAtATime::shutdownNow);
    }

    private static Map<String, String> with(Map<String, String> values) {
        Map<String, String> environment =
                new HashMap<>(Map.of("RODIN_API_KEY", TOKEN, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"));
        environment.putAll(values);
        return environment;
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUARKUS_HTTP_PORT", "QUARKUS_MANAGEMENT_PORT"})
    void portInUseIsReported(String setting) throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            assertRefused(Map.of("RODIN_API_KEY", TOKEN, setting, String.valueOf(other.getLocalPort())), setting);
        }
    }

    @Test
    void apiKeyIsUsedVerbatim() {
        String key = "a$$b-a${HOME}b-a${no.such.thing}b-a\\${b}";
        SimulatorSettings any = SimulatorSettings.defaults();
        try (RodinSimulator rodin = RodinSimulator.start(
                        new SimulatorSettings(any.host(), 0, Optional.of(key), Duration.ofMinutes(1), any.ticker()));
                GatewayProcess gateway = GatewayProcess.startAndAwait(
                        Map.of("RODIN_API_KEY", key, "RODIN_URL", rodin.url(), "HOME", "/home"))) {
            assertThat(RawHttp.get(gateway.port(), "/tasks/demo-1/status")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void apiKeyFromAFileIsSentToRodin() throws IOException {
        // Given
        SimulatorSettings any = SimulatorSettings.defaults();
        SimulatorSettings strict =
                new SimulatorSettings(any.host(), 0, Optional.of(TOKEN), Duration.ofMinutes(1), any.ticker());
        Map<String, String> environment = new HashMap<>(
                Map.of("RODIN_API_KEY", "the-file-wins", "RODIN_API_KEY_FILE", file("api-key", TOKEN + "\r\n")));
        try (RodinSimulator rodin = RodinSimulator.start(strict)) {
            environment.put("RODIN_URL", rodin.url() + "/");
            try (GatewayProcess gateway = GatewayProcess.startAndAwait(environment)) {

                // When
                String response = RawHttp.get(gateway.port(), "/tasks/demo-1/status");

                // Then
                assertThat(response).startsWith("HTTP/1.1 200 ").contains("\"status\":\"waiting\"");
                assertThat(RawHttp.get(gateway.managementPort(), "/q/health/ready"))
                        .startsWith("HTTP/1.1 200 ");
                await().untilAsserted(() -> assertThat(gateway.output())
                        .containsOnlyOnce("The API key in use has the fingerprint ")
                        .doesNotContain(TOKEN));
            }
        }
    }

    @Test
    void unknownVariablesAreReportedOnceWithoutTheirValues() {
        try (GatewayProcess gateway = GatewayProcess.startAndAwait(Map.of(
                "RODIN_API_KEY", TOKEN,
                "GATEWAY_CORS_ORIGINS", "https://a.example",
                "GATEWAY_STALE_FOR", "1m",
                "GATEWAY_STALE_FRO", TOKEN,
                "RODIN_APIKEY", TOKEN,
                "GATEWAY_NOTHING_OF_THE_KIND", TOKEN,
                "RODIN_GATEWAY_SERVICE_HOST", "10.0.0.1",
                "RODIN_GATEWAY_PORT", "tcp://10.0.0.1:8080",
                "RODIN_GATEWAY_PORT_8080_TCP", "tcp://10.0.0.1:8080"))) {
            assertThat(gateway.output().lines().filter(line -> line.contains("without effect")))
                    .singleElement()
                    .asString()
                    .contains("WARN")
                    .contains("GATEWAY_NOTHING_OF_THE_KIND, GATEWAY_STALE_FRO (perhaps GATEWAY_STALE_FOR),"
                            + " RODIN_APIKEY (perhaps RODIN_API_KEY)")
                    .doesNotContain("GATEWAY_CORS_ORIGINS", "SERVICE_HOST", "8080");
            assertThat(gateway.output()).doesNotContain(TOKEN);
        }
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    private static void assertRefused(Map<String, String> environment, String expected) {
        Refusal refusal = new Refusal(environment, expected);
        refusal.assertReported(refusal.run());
    }

    /** Exit code and output of a process. */
    private record Ended(int exitCode, String output) {}

    /**
     * A start that has to fail.
     *
     * @param expected texts that the line contains
     */
    private record Refusal(Map<String, String> environment, String... expected) {

        Ended run() {
            try (GatewayProcess gateway = GatewayProcess.start(environment)) {
                return new Ended(gateway.awaitExit(LIMIT), gateway.output());
            }
        }

        void assertReported(Ended ended) {
            assertThat(ended.output().lines()).as(ended.output()).hasSize(1);
            assertThat(ended.output())
                    .startsWith("Rodin gateway cannot start: ")
                    .contains(expected)
                    .doesNotContain("\tat ", "NoSuchElement", "io.smallrye", TOKEN);
            assertThat(ended.exitCode()).isEqualTo(1);
        }
    }
}
