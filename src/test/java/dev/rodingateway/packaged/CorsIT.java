package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configuration of origins in the packaged application. */
class CorsIT {

    private static final String ORIGIN = "Origin: https://app.example.com\r\n";
    private static final String ALLOWED = "access-control-allow-origin: ";

    @Test
    void originsAreSetByTheEnvironment() {
        try (GatewayProcess gateway = start("https://app.example.com, http://localhost:3000")) {
            assertThat(answer(gateway, ORIGIN)).containsIgnoringCase(ALLOWED + "https://app.example.com\r\n");
            assertThat(answer(gateway, "Origin: https://other.example.com\r\n"))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("\"code\":\"origin-not-allowed\"")
                    .doesNotContainIgnoringCase(ALLOWED);
        }
    }

    @Test
    void allOriginsCanBeSet() {
        try (GatewayProcess gateway = start("*")) {
            assertThat(answer(gateway, ORIGIN)).startsWith("HTTP/1.1 400 ").containsIgnoringCase(ALLOWED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.example.com", "https://app.example.com/", "https://app.example.com,x", "ftp://a"})
    void invalidOriginFailsTheStartWithOneLine(String origins) {
        try (GatewayProcess gateway =
                GatewayProcess.start(Map.of("RODIN_API_KEY", "any", "GATEWAY_CORS_ORIGINS", origins))) {
            assertThat(gateway.awaitExit(Duration.ofSeconds(30))).isEqualTo(1);
            assertThat(gateway.output()).contains("GATEWAY_CORS_ORIGINS").doesNotContain("\tat ");
        }
    }

    private static GatewayProcess start(String origins) {
        return GatewayProcess.startAndAwait(Map.of("RODIN_API_KEY", "any", "GATEWAY_CORS_ORIGINS", origins));
    }

    /** Returns a problem that does not depend on Rodin. */
    private static String answer(GatewayProcess gateway, String origin) {
        return RawHttp.exchange(gateway.port(), "GET /tasks/a%2Fb/status", origin);
    }
}
