package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** More connections than the packaged gateway accepts. */
@Tag("thorough")
class ConnectionLimitIT {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("RODIN_API_KEY", "any", "GATEWAY_CONNECTIONS_HEAD_TIMEOUT", "2s");

    @Test
    void probesSucceedWhileAllConnectionsAreInUse() {
        try (GatewayProcess gateway = GatewayProcess.startAndAwait(ENVIRONMENT, "96m", 256);
                Crowd idle = new Crowd(gateway.port())) {
            // Given
            idle.connect(400);

            // Then
            for (String probe : List.of("live", "ready", "started")) {
                assertThat(RawHttp.get(gateway.managementPort(), "/q/health/" + probe))
                        .startsWith("HTTP/1.1 200 ");
            }
            assertThat(RawHttp.get(gateway.managementPort(), "/q/metrics"))
                    .containsPattern("gateway_connections_closed_total\\{reason=\"too-many\"\\} [1-9]");
            await().atMost(Duration.ofSeconds(15))
                    .ignoreExceptions()
                    .until(() -> RawHttp.get(gateway.port(), "/nothing"), answer -> answer.startsWith("HTTP/1.1 404 "));
            assertThat(gateway.output()).doesNotContain("Too many open files");
        }
    }

    @ParameterizedTest
    @CsvSource({"MAXIMUM,0", "MAXIMUM,some", "HEAD_TIMEOUT,0s", "IDLE_TIMEOUT,never", "WRITE_TIMEOUT,-1s"})
    void invalidSettingFailsTheStartWithOneLine(String setting, String value) {
        String name = "GATEWAY_CONNECTIONS_" + setting;
        try (GatewayProcess gateway = GatewayProcess.start(Map.of("RODIN_API_KEY", "any", name, value))) {
            assertThat(gateway.awaitExit(Duration.ofSeconds(30))).isEqualTo(1);
            assertThat(gateway.output()).contains(name).doesNotContain("\tat ");
        }
    }
}
