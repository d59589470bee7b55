package dev.rodingateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownVariablesTest {

    private static final Set<String> KNOWN =
            Set.of("GATEWAY_STALE_FOR", "RODIN_API_KEY", "RODIN_API_KEY_FILE", "RODIN_URL");
    private static final String VALUE = "a-value-that-may-be-secret";

    @ParameterizedTest
    @CsvSource({
        "GATEWAY_STALE_FRO, GATEWAY_STALE_FOR",
        "GATEWAY_STALEFOR, GATEWAY_STALE_FOR",
        "RODIN_APIKEY, RODIN_API_KEY",
        "RODIN_API_KEY_FILES, RODIN_API_KEY_FILE",
        "RODIN_URI, RODIN_URL"
    })
    void misspeltSettingIsNamedWithASuggestion(String variable, String meant) {
        assertThat(UnknownVariables.describe(Map.of(variable, VALUE), KNOWN))
                .get()
                .asString()
                .endsWith(": " + variable + " (perhaps " + meant + ")")
                .doesNotContain(VALUE);
    }

    @Test
    void allAreNamedInOneLine() {
        Map<String, String> environment = new HashMap<>(
                Map.of("RODIN_HOME", "x", "GATEWAY_COLOUR", "x", "RODIN_URL", "x", "PATH", "x", "GATEWAYS", "x"));

        assertThat(UnknownVariables.describe(environment, KNOWN))
                .hasValueSatisfying(line -> assertThat(line).endsWith(": GATEWAY_COLOUR, RODIN_HOME"));
    }

    @Test
    void nameWithControlCharactersDoesNotBreakTheLine() {
        assertThat(UnknownVariables.describe(Map.of("GATEWAY_A\nB", "x"), KNOWN))
                .hasValueSatisfying(line -> assertThat(line).endsWith(": GATEWAY_A?B"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RODIN_GATEWAY_SERVICE_HOST",
                "RODIN_GATEWAY_SERVICE_PORT",
                "RODIN_GATEWAY_SERVICE_PORT_HTTP",
                "RODIN_GATEWAY_PORT_8080_TCP",
                "RODIN_GATEWAY_PORT_8080_TCP_PROTO",
                "RODIN_GATEWAY_PORT_8080_TCP_PORT",
                "GATEWAY_PORT_9000_UDP_ADDR"
            })
    void variablesOfKubernetesServicesAreIgnored(String variable) {
        assertThat(UnknownVariables.describe(Map.of(variable, "any"), KNOWN)).isEmpty();
    }

    @Test
    void portOfAServiceIsDistinguishedFromASetPort() {
        assertThat(UnknownVariables.describe(Map.of("GATEWAY_PORT", "tcp://10.0.0.1:8080"), KNOWN))
                .isEmpty();
        assertThat(UnknownVariables.describe(Map.of("GATEWAY_PORT", "8080"), KNOWN))
                .isPresent();
    }
}
