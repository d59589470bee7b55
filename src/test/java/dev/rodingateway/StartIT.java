package dev.rodingateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartIT {

    private static final String TOKEN = "MARKEDTOKEN4Kd9";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void anApiKeyIsRequired() {
        assertRefused(Map.of(), "RODIN_API_KEY or RODIN_API_KEY_FILE is required");
    }

    @Test
    void emptySettingsAreNoApiKey() {
        assertRefused(
                Map.of("RODIN_API_KEY", "", "RODIN_API_KEY_FILE", ""),
                "RODIN_API_KEY or RODIN_API_KEY_FILE is required");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", TOKEN + " " + TOKEN, TOKEN + "\n" + TOKEN, TOKEN + "\u0001"})
    void anApiKeyThatNoHeaderCanCarryIsRefused(String key) {
        assertRefused(Map.of("RODIN_API_KEY", key), "RODIN_API_KEY ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", TOKEN + "\u0001" + TOKEN + "\n", TOKEN + "\n" + TOKEN + "\n", "\ufeff" + TOKEN})
    void aFileWithoutAnApiKeyIsRefused(String content) throws IOException {
        assertRefused(Map.of("RODIN_API_KEY_FILE", file(content)), "RODIN_API_KEY_FILE ");
    }

    @Test
    void aFileThatIsTooLongForAnApiKeyIsRefused() throws IOException {
        assertRefused(Map.of("RODIN_API_KEY_FILE", file(TOKEN.repeat(1000))), "RODIN_API_KEY_FILE ");
    }

    @Test
    void aFileThatCannotBeReadIsRefusedEvenBesideAnApiKey() {
        assertRefused(Map.of("RODIN_API_KEY", TOKEN, "RODIN_API_KEY_FILE", "/no/such/file"), "RODIN_API_KEY_FILE ");
        assertRefused(
                Map.of("RODIN_API_KEY", TOKEN, "RODIN_API_KEY_FILE", directory.toString()), "RODIN_API_KEY_FILE ");
    }

    @ParameterizedTest
    @CsvSource({
        "RODIN_URL, ''",
        "RODIN_URL, api.hyper3d.com",
        "RODIN_URL, ftp://api.hyper3d.com",
        "RODIN_URL, https://operator:" + TOKEN + "@api.hyper3d.com",
        "RODIN_URL, https://api.hyper3d.com?key=" + TOKEN,
        "RODIN_URL, " + TOKEN + "-in-the-wrong-place",
        "GATEWAY_UPSTREAM_TIMEOUT, ''",
        "GATEWAY_UPSTREAM_TIMEOUT, 0s",
        "GATEWAY_UPSTREAM_TIMEOUT, 30d",
        "GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE, 0",
        "GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE, 100001",
        "GATEWAY_STALE_FOR, never",
        "GATEWAY_FRESHNESS_WAITING, -5s",
        "GATEWAY_FRESHNESS_GENERATING, soon",
        "GATEWAY_FRESHNESS_TERMINAL, 366d",
        "GATEWAY_FRESHNESS_NOT_FOUND, 5 parsecs",
        "GATEWAY_CACHE_MAXIMUM_SIZE, ''",
        "GATEWAY_CACHE_MAXIMUM_SIZE, 0",
        "GATEWAY_CACHE_MAXIMUM_SIZE, 1e3",
        "GATEWAY_WATCH_PAGE, ''",
        "GATEWAY_WATCH_PAGE, ture",
        "QUARKUS_HTTP_PORT, http",
        "QUARKUS_HTTP_PORT, 65536",
        "QUARKUS_HTTP_PORT, -1",
        "QUARKUS_HTTP_PORT, " + TOKEN + "-in-the-wrong-place",
        "QUARKUS_MANAGEMENT_PORT, 65536",
        "QUARKUS_MANAGEMENT_PORT, -1",
    })
    void anInvalidValueIsRefused(String setting, String value) {
        assertRefused(Map.of("RODIN_API_KEY", TOKEN, setting, value), setting + " ");
    }

    @ParameterizedTest
    @CsvSource({
        "OTEL_EXPORTER_OTLP_ENDPOINT, collector:4317",
        "OTEL_EXPORTER_OTLP_ENDPOINT, " + TOKEN + "-in-the-wrong-place",
        "OTEL_EXPORTER_OTLP_PROTOCOL, http/json",
        "OTEL_TRACES_SAMPLER_ARG, often",
        "OTEL_TRACES_SAMPLER_ARG, 1.5",
    })
    void aSettingOfTracingThatCannotBeUsedIsRefused(String setting, String value) {
        Map<String, String> environment =
                new HashMap<>(Map.of("RODIN_API_KEY", TOKEN, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"));
        environment.put(setting, value);

        assertRefused(environment, setting + " ");
    }

    @Test
    void allInvalidValuesAreToldAtOnce() {
        String line = assertRefused(
                Map.of("RODIN_API_KEY", TOKEN, "GATEWAY_UPSTREAM_TIMEOUT", "0s", "GATEWAY_CACHE_MAXIMUM_SIZE", "0"),
                "GATEWAY_UPSTREAM_TIMEOUT ");

        assertThat(line).contains("GATEWAY_CACHE_MAXIMUM_SIZE ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUARKUS_HTTP_PORT", "QUARKUS_MANAGEMENT_PORT"})
    void aPortInUseIsRefused(String setting) throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            assertRefused(Map.of("RODIN_API_KEY", TOKEN, setting, String.valueOf(other.getLocalPort())), setting);
        }
    }

    @Test
    void onePortForBothSidesIsRefused() throws IOException {
        int free;
        try (ServerSocket other = new ServerSocket(0)) {
            free = other.getLocalPort();
        }

        assertRefused(
                Map.of(
                        "RODIN_API_KEY", TOKEN,
                        "QUARKUS_HTTP_PORT", String.valueOf(free),
                        "QUARKUS_MANAGEMENT_PORT", String.valueOf(free)),
                "QUARKUS_MANAGEMENT_PORT ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void anApiKeyFromAFileIsTheOneRodinGets(String lineEnd) throws IOException {
        // Given
        SimulatorSettings any = SimulatorSettings.defaults();
        SimulatorSettings strict =
                new SimulatorSettings(any.host(), 0, Optional.of(TOKEN), Duration.ofMinutes(1), any.ticker());
        Map<String, String> environment = new HashMap<>(Map.of("RODIN_API_KEY_FILE", file(TOKEN + lineEnd)));
        if (lineEnd.isEmpty()) {
            environment.put("RODIN_API_KEY", "the-file-wins");
        }
        try (RodinSimulator rodin = RodinSimulator.start(strict)) {
            environment.put("RODIN_URL", rodin.url() + "/");
            try (GatewayProcess gateway = GatewayProcess.startAndAwait(environment)) {

                // When
                String response = RawHttp.get(gateway.port(), "/tasks/demo-1/status");

                // Then
                assertThat(response).startsWith("HTTP/1.1 200 ").contains("\"status\":\"waiting\"");
                assertThat(RawHttp.get(gateway.managementPort(), "/q/health/ready"))
                        .startsWith("HTTP/1.1 200 ");
                assertThat(gateway.output()).doesNotContain(TOKEN);
            }
        }
    }

    private String file(String content) throws IOException {
        return Files.writeString(directory.resolve("api-key"), content).toString();
    }

    private static String assertRefused(Map<String, String> environment, String expected) {
        try (GatewayProcess gateway = GatewayProcess.start(environment)) {
            int exitCode = gateway.awaitExit(LIMIT);
            String output = gateway.output();

            assertThat(output.lines()).as(output).hasSize(1);
            assertThat(output)
                    .startsWith("Rodin gateway cannot start: ")
                    .contains(expected)
                    .doesNotContain("\tat ", "Exception:", TOKEN);
            assertThat(exitCode).isEqualTo(1);
            return output;
        }
    }
}
