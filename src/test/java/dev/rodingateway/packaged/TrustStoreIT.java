package dev.rodingateway.packaged;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.connection.Certificates;
import dev.rodingateway.rodin.connection.TlsServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rodin with a certificate of a private authority, for which the packaged application is configured by environment
 * variables.
 */
@Tag("thorough")
class TrustStoreIT {

    @TempDir
    private Path directory;

    private String authority;
    private TlsServer rodin;

    @BeforeEach
    void startRodin() {
        Certificates certificates = new Certificates(directory, "private");
        authority = certificates.pem().toString();
        rodin = new TlsServer(certificates.server("ip:127.0.0.1"));
    }

    @AfterEach
    void stopRodin() {
        rodin.close();
    }

    @Test
    void configuredTrustStoreIsUsedAndTheSchemeMayBeInCapitals() {
        String url = rodin.url().toString().replace("https", "HTTPS");

        assertThat(lookUp(Map.of("RODIN_URL", url, "QUARKUS_TLS_TRUST_STORE_PEM_CERTS", authority)))
                .isEqualTo(200);
        assertThat(rodin.authorizations()).containsExactly("Bearer any");
    }

    @Test
    void configuredNamedTrustStoreIsUsed() {
        assertThat(lookUp(Map.of(
                        "RODIN_URL",
                        rodin.url().toString(),
                        "QUARKUS_REST_CLIENT_TLS_CONFIGURATION_NAME",
                        "rodin",
                        "QUARKUS_TLS_RODIN_TRUST_STORE_PEM_CERTS",
                        authority)))
                .isEqualTo(200);
    }

    @Test
    void withoutATrustStoreThePrivateAuthorityIsRejectedAndTheKeyNotSent() {
        assertThat(lookUp(Map.of("RODIN_URL", rodin.url().toString()))).isEqualTo(503);
        assertThat(rodin.authorizations()).isEmpty();
    }

    private static int lookUp(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("RODIN_API_KEY", "any");
        try (GatewayProcess gateway = GatewayProcess.startAndAwait(all)) {
            return given().port(gateway.port()).get("/tasks/a-key/status").statusCode();
        }
    }
}
