package dev.rodingateway.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rodingateway.rodin.RodinConfig;
import dev.rodingateway.settings.ConfigInterfaces;
import dev.rodingateway.settings.InvalidSetting;
import dev.rodingateway.settings.Tracing;
import dev.rodingateway.shared.redis.RedisConfig;
import dev.rodingateway.shared.redis.RedisSettings;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The schema accepts exactly the settings that the gateway accepts: otherwise an upgrade would succeed and its pods
 * crash.
 */
class ChartSettingsTest {

    /** Settings of the framework, and the file of the key. */
    private static final List<String> NOT_OURS = List.of("QUARKUS_", "RODIN_API_KEY_FILE");

    /** Computed by the chart. */
    private static final String EXPECTED_REPLICAS = "GATEWAY_REDIS_EXPECTED_REPLICAS";

    /** What OpenTelemetry itself rejects at startup, which StartIT shows; the schema allows less. */
    private static final List<String> CHECKED_BY_OPENTELEMETRY =
            List.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL");

    @ParameterizedTest
    @MethodSource("dev.rodingateway.chart.SettingBounds#accepted")
    void validValueIsAcceptedByBoth(SettingBounds.Bound bound) {
        Chart.Manifests manifests = Chart.render(Chart.file(bound.values()));

        assertThat(manifests.variable(bound.variable())).isEqualTo(bound.text());
        assertThatCode(() -> read(environment(manifests))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("dev.rodingateway.chart.SettingBounds#refused")
    void invalidValueIsRejectedByBoth(SettingBounds.Bound bound) {
        assertThatThrownBy(() -> Chart.render(Chart.file(bound.values())))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(bound.value().replaceAll("^.*\\.", ""));

        if (!CHECKED_BY_OPENTELEMETRY.contains(bound.variable())) {
            Map<String, String> environment = environment(Chart.render(Map.of()));
            environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317");
            environment.put("GATEWAY_REDIS_URL", "redis://store:6379");
            environment.put(bound.variable(), bound.text());
            assertThatThrownBy(() -> read(environment))
                    .isInstanceOfAny(ConfigValidationException.class, InvalidSetting.class);
        }
    }

    @Test
    void everySettingThatTheChartSetsIsTested() {
        Map<String, String> written = environment(Chart.render(Map.of(
                "tracing.endpoint",
                "http://collector:4317",
                "gateway.corsOrigins[0]",
                "https://a.example.com",
                "redis.url",
                "redis://store:6379",
                "redis.namespace",
                "staging")));

        assertThat(written.keySet())
                .contains(EXPECTED_REPLICAS)
                .filteredOn(name -> !name.equals(EXPECTED_REPLICAS))
                .filteredOn(name -> NOT_OURS.stream().noneMatch(name::startsWith))
                .containsExactlyInAnyOrderElementsOf(SettingBounds.variables());
    }

    /** Reads the environment as the gateway does at startup. */
    private static void read(Map<String, String> environment) {
        Tracing.wanted(environment);
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withValidateUnknown(false)
                .withSources(new EnvConfigSource(environment, 300));
        ConfigInterfaces.all().forEach(builder::withMapping);
        SmallRyeConfig config = builder.build();
        RedisConfig redis = config.getConfigMapping(RedisConfig.class);
        if (redis.url().isPresent()) {
            RedisSettings.of(redis, config.getConfigMapping(RodinConfig.class).url());
        }
    }

    private static Map<String, String> environment(Chart.Manifests manifests) {
        Map<String, String> environment = new HashMap<>();
        for (JsonNode variable : manifests.container().path("env")) {
            environment.put(
                    variable.path("name").asText(), variable.path("value").asText());
        }
        return environment;
    }
}
