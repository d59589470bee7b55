package dev.rodingateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatorSettingsTest {

    @Test
    void toStringDoesNotContainTheApiKey() {
        SimulatorSettings settings = settings("127.0.0.1", 8091, "s3cret", Duration.ofSeconds(30));

        assertThat(settings).hasToString("SimulatorSettings[host=127.0.0.1, port=8091, apiKey=***, taskLength=PT30S]");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0, key, PT30S, the host must not be blank",
        "h, -1, key, PT30S, 'the port must be 0 to 65535, not -1'",
        "h, 65536, key, PT30S, 'the port must be 0 to 65535, not 65536'",
        "h, 0, ' ', PT30S, the API key must not be blank",
        "h, 0, key, PT0S, a task must take more than no time and at most a day",
        "h, 0, key, PT-1S, a task must take more than no time and at most a day",
        "h, 0, key, PT24H1S, a task must take more than no time and at most a day"
    })
    void invalidSettingsAreRejected(String host, int port, String apiKey, Duration taskLength, String sentence) {
        assertThatThrownBy(() -> settings(host, port, apiKey, taskLength))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    private static SimulatorSettings settings(String host, int port, String apiKey, Duration taskLength) {
        return new SimulatorSettings(host, port, Optional.of(apiKey), taskLength, Ticker.systemTicker());
    }
}
