package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the bounds in the chart's schema with those of the packaged gateway. */
@Tag("thorough")
class ChartSettingsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @ParameterizedTest
    @MethodSource("dev.rodingateway.chart.SettingBounds#acceptedEnvironments")
    void gatewayStartsWithValuesThatTheSchemaAccepts(Map<String, String> environment) {
        try (GatewayProcess gateway = GatewayProcess.startAndAwait(withKey(environment))) {
            assertThat(RawHttp.get(gateway.managementPort(), "/q/health/ready")).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.rodingateway.chart.SettingBounds#refusedEnvironments")
    void gatewayRejectsValuesThatTheSchemaRejectsAndNamesEachSetting(Map<String, String> environment) {
        try (GatewayProcess gateway = GatewayProcess.start(withKey(environment))) {
            assertThat(gateway.awaitExit(LIMIT)).isEqualTo(1);
            assertThat(gateway.output()).contains(environment.keySet());
        }
    }

    private static Map<String, String> withKey(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("RODIN_API_KEY", "any");
        return all;
    }
}
