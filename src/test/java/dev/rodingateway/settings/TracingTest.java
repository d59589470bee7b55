package dev.rodingateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracingTest {

    private static final Map<String, String> ENDPOINT = Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317");

    @Test
    void endpointSwitchesItOn() {
        assertThat(Tracing.wanted(Map.of())).isFalse();
        assertThat(Tracing.wanted(ENDPOINT)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"OTEL_TRACES_SAMPLER_ARG, often", "OTEL_TRACES_SAMPLER_ARG, 1.5"})
    void otherValueIsRefusedWithoutBeingQuoted(String setting, String value) {
        Map<String, String> environment = new HashMap<>(ENDPOINT);
        environment.put(setting, value);

        assertThatExceptionOfType(InvalidSetting.class)
                .isThrownBy(() -> Tracing.wanted(environment))
                .withMessageStartingWith(setting + " ")
                .withMessageNotContaining(value);
    }
}
