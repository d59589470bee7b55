package dev.rodingateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatorEnvironmentTest {

    @Test
    void defaultsApplyIfNothingIsSet() {
        SimulatorSettings settings = settings(Map.of());

        assertThat(settings.host()).isEqualTo("127.0.0.1");
        assertThat(settings.port()).isEqualTo(8091);
        assertThat(settings.apiKey()).isEmpty();
        assertThat(settings.taskLength()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void everythingCanBeSet() {
        SimulatorSettings settings = settings(Map.of(
                "SIMULATOR_HOST", "0.0.0.0",
                "SIMULATOR_PORT", " 9999 ",
                "SIMULATOR_API_KEY", "key",
                "SIMULATOR_TASK_SECONDS", "5"));

        assertThat(settings.host()).isEqualTo("0.0.0.0");
        assertThat(settings.port()).isEqualTo(9999);
        assertThat(settings.apiKey()).contains("key");
        assertThat(settings.taskLength()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void blankCountsAsNotSet() {
        assertThat(settings(Map.of("SIMULATOR_PORT", " ", "SIMULATOR_API_KEY", ""))
                        .apiKey())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "SIMULATOR_PORT, x, 'SIMULATOR_PORT must be a whole number from 0 to 65535, not ''x''.'",
        "SIMULATOR_PORT, 65536, 'SIMULATOR_PORT must be a whole number from 0 to 65535, not ''65536''.'",
        "SIMULATOR_TASK_SECONDS, 0, 'SIMULATOR_TASK_SECONDS must be a whole number from 1 to 86400, not ''0''.'"
    })
    void invalidValueIsReportedWithTheValidOnes(String name, String value, String sentence) {
        assertThatThrownBy(() -> settings(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    private static SimulatorSettings settings(Map<String, String> variables) {
        return new SimulatorEnvironment(variables::get).settings();
    }
}
