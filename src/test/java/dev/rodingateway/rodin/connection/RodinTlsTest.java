package dev.rodingateway.rodin.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.rodin.ClientAt;
import dev.rodingateway.rodin.WireMockRodin;
import dev.rodingateway.rodin.http.RodinApiProducer;
import dev.rodingateway.rodin.token.LogOf;
import dev.rodingateway.settings.InvalidSetting;
import dev.rodingateway.settings.RodinUrl;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(WireMockRodin.class)
@WithTestResource(PrivateCas.class)
class RodinTlsTest {

    private static final String RIGHT_HOST = "ip:127.0.0.1";
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final RodinTls JDK_TRUST_STORE = new RodinTls(Optional.empty());

    PrivateCas authorities;

    @Inject
    TlsConfigurationRegistry registry;

    @Test
    void privateAuthorityIsRejectedByTheTrustStoreOfTheJdk() throws IOException {
        assertRefused(authorities.first().server(RIGHT_HOST), JDK_TRUST_STORE);
    }

    @Test
    void trustStoreOfTheDefaultConfigurationIsUsed() throws IOException {
        assertAccepted(authorities.first().server(RIGHT_HOST), defaultConfiguration());
        assertRefused(authorities.second().server(RIGHT_HOST), defaultConfiguration());
    }

    @Test
    void namedConfigurationIsUsedInsteadOfTheDefault() throws IOException {
        assertAccepted(authorities.second().server(RIGHT_HOST), named("second"));
        assertRefused(authorities.first().server(RIGHT_HOST), named("second"));
    }

    @Test
    void missingConfigurationIsRejectedAtStartup() {
        assertThatThrownBy(() -> named("third"))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("QUARKUS_REST_CLIENT_TLS_CONFIGURATION_NAME");
    }

    @Test
    void certificateOfAnotherHostIsRejected() throws IOException {
        assertRefused(authorities.first().server("dns:rodin.example"), defaultConfiguration());
    }

    @Test
    void expiredCertificateIsRejected() throws IOException {
        assertRefused(
                authorities.first().server(RIGHT_HOST, "-startdate", "-3d", "-validity", "1"), defaultConfiguration());
    }

    @Test
    void changedTrustStoreIsReadAgain() throws IOException {
        try (TlsServer rodin = new TlsServer(authorities.first().server(RIGHT_HOST));
                ClientAt client = new ClientAt(rodin.url(), LIMIT, named("changing"))) {
            // Given
            assertThat(client.failure().kind()).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);

            // When
            Files.writeString(authorities.changing(), authorities.first().pemText());

            // Then
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> isAnswered(client));
        }
    }

    @Test
    void schemeInCapitalsIsHttps() throws IOException {
        try (TlsServer rodin = new TlsServer(authorities.first().server(RIGHT_HOST))) {
            URI shouted = new RodinUrl().convert(rodin.url().toString().replace("https", "HTTPS"));
            try (ClientAt client = new ClientAt(shouted, LIMIT, defaultConfiguration())) {
                assertThat(client.check().jobs()).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://rodin.example, 1",
        "http://192.0.2.1:8080, 1",
        "https://rodin.example, 0",
        "http://localhost:1, 0",
        "http://127.0.0.1:1, 0",
        "http://[::1]:1, 0"
    })
    void clearTextToAnotherMachineIsLoggedAtStartup(URI url, int warnings) throws IOException {
        LogOf log = new LogOf(RodinApiProducer.class);
        try {
            new ClientAt(url).close();
        } finally {
            log.close();
        }
        assertThat(log.lines())
                .hasSize(warnings)
                .allSatisfy(line -> assertThat(line).startsWith("WARN").contains("RODIN_URL", "clear text"));
    }

    private static boolean isAnswered(ClientAt client) {
        try {
            return !client.check().jobs().isEmpty();
        } catch (LookupFailure failure) {
            return false;
        }
    }

    private static void assertAccepted(SSLContext identity, RodinTls tls) throws IOException {
        try (TlsServer rodin = new TlsServer(identity);
                ClientAt client = new ClientAt(rodin.url(), LIMIT, tls)) {
            assertThat(client.check().jobs()).hasSize(1);
            assertThat(rodin.authorizations()).containsExactly("Bearer " + WireMockRodin.API_KEY);
        }
    }

    private static void assertRefused(SSLContext identity, RodinTls tls) throws IOException {
        try (TlsServer rodin = new TlsServer(identity);
                ClientAt client = new ClientAt(rodin.url(), LIMIT, tls)) {
            assertThat(client.failure().kind()).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
            assertThat(rodin.authorizations()).isEmpty();
        }
    }

    private RodinTls defaultConfiguration() {
        return new RodinTls(registry, Optional.empty());
    }

    private RodinTls named(String name) {
        return new RodinTls(registry, Optional.of(name));
    }
}
