package dev.rodingateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rodingateway.rodin.RodinConfig;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.BindException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartupErrorMessageTest {

    private static final String SECRET = "MARKEDTOKEN4Kd9";
    private static final String PREFIX = "Rodin gateway cannot start: ";

    @Test
    void portOfTheSimulatorIsReportedAsTheSimulators() {
        String message = "The Rodin simulator cannot listen on 127.0.0.1:8091: in use";
        IllegalStateException simulator = new IllegalStateException(message, new BindException("in use"));
        IllegalStateException management =
                new IllegalStateException("Unable to start the management interface", new BindException("in use"));

        assertThat(describe(new RuntimeException("failed to start", simulator))).isEqualTo(PREFIX + message);
        assertThat(describe(new RuntimeException("failed to start", management)))
                .startsWith(PREFIX + "QUARKUS_MANAGEMENT_PORT ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ftp://api.hyper3d.com",
                "https://operator:" + SECRET + "@api.hyper3d.com",
                "https://api.hyper3d.com?key=" + SECRET,
                SECRET + "-in-the-wrong-place",
                "http://127.0.0.1:0",
                "https://api.hyper3d.com/api/v2/",
                "https://api.hyper3d.com/api",
                "https://${no.such.thing}"
            })
    void valueThatAConverterRefusesIsOneLineWithoutSecrets(String url) {
        SmallRyeConfigBuilder config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withMapping(RodinConfig.class)
                .withSources(new EnvConfigSource(Map.of("RODIN_URL", url), 300));

        assertThatExceptionOfType(ConfigValidationException.class)
                .isThrownBy(config::build)
                .satisfies(refused -> assertThat(describe(refused))
                        .startsWith(PREFIX + "RODIN_URL ")
                        .doesNotContain("\n", "\tat ", "NoSuchElement", "SRCFG", SECRET));
    }

    @Test
    void settingRejectedByTheFrameworkIsOneLine() {
        RuntimeException refused = new RuntimeException(
                "failed to start",
                new IllegalArgumentException("If quarkus.proxy.host is set,\n its port must be set"));

        assertThat(describe(refused))
                .startsWith(PREFIX)
                .contains("quarkus.proxy.host")
                .doesNotContain("\n", "\tat ");
    }

    @Test
    void bugKeepsItsStackTrace() {
        assertThat(describe(new IllegalArgumentException("a bug"))).contains("\tat ");
    }

    @Test
    void settingRejectedByTheFrameworkIsNamedByTheQuotedValue() {
        RuntimeException failure = thrownBy(
                "io.quarkus.runtime.Application",
                new RuntimeException(
                        "failed to start",
                        thrownBy(
                                "io.quarkus.vertx.http.runtime.VertxHttpRecorder",
                                new IOException("no.such.host: not known"))));

        assertThat(StartupErrorMessage.describe(
                        failure, Map.of("QUARKUS_HTTP_HOST", "no.such.host", "QUARKUS_HTTP_PORT", "8080")))
                .startsWith(PREFIX + "QUARKUS_HTTP_HOST cannot be used: ")
                .doesNotContain("QUARKUS_HTTP_PORT");
    }

    @Test
    void settingRejectedByTheFrameworkIsNamedByTheExtension() {
        IllegalStateException failure =
                thrownBy("io.quarkus.tls.runtime.CertificateRecorder", new IllegalStateException("Missing delimiter"));

        assertThat(StartupErrorMessage.describe(
                        failure,
                        Map.of("QUARKUS_TLS_TRUST_STORE_PEM_CERTS", "/a/file.pem", "QUARKUS_HTTP_PORT", "8080")))
                .isEqualTo(PREFIX + "QUARKUS_TLS_TRUST_STORE_PEM_CERTS cannot be used:"
                        + " IllegalStateException: Missing delimiter");
    }

    /** What OpenTelemetry says, of which the gateway itself checks the sampling ratio only. */
    @ParameterizedTest
    @CsvSource({
        "OTEL_EXPORTER_OTLP_ENDPOINT, collector:4317, 'Invalid endpoint, must start with http:// or https://: collector:4317'",
        "OTEL_EXPORTER_OTLP_PROTOCOL, http/json, Unsupported OTLP protocol http/json specified"
    })
    void settingOfOpenTelemetryIsNamed(String name, String value, String message) {
        IllegalArgumentException failure =
                thrownBy("io.quarkus.opentelemetry.runtime.Any", new IllegalArgumentException(message));

        assertThat(StartupErrorMessage.describe(failure, Map.of(name, value, "QUARKUS_HTTP_PORT", "8080")))
                .isEqualTo(PREFIX + name + " cannot be used: IllegalArgumentException: " + message);
        assertThat(StartupErrorMessage.describe(failure, Map.of(name, "x:1", "QUARKUS_HTTP_PORT", "8080")))
                .as("named by the extension")
                .startsWith(PREFIX + name + " cannot be used: ");
    }

    @Test
    void secretQuotedByTheFrameworkIsNotPrinted() {
        IllegalStateException failure =
                thrownBy("io.quarkus.tls.runtime.Any", new IllegalStateException("Bad password s3cret0"));

        assertThat(StartupErrorMessage.describe(failure, Map.of("QUARKUS_TLS_TRUST_STORE_JKS_PASSWORD", "s3cret0")))
                .contains("QUARKUS_TLS_TRUST_STORE_JKS_PASSWORD")
                .doesNotContain("s3cret0");
    }

    @Test
    void bugOfTheFrameworkKeepsItsStackTrace() {
        NullPointerException bug = thrownBy("io.quarkus.tls.runtime.Any", new NullPointerException("x is null"));

        assertThat(StartupErrorMessage.describe(bug, Map.of("QUARKUS_TLS_TRUST_STORE_PEM_CERTS", "/a")))
                .contains("\tat ");
        assertThat(describe(thrownBy("io.quarkus.tls.runtime.Any", new IllegalStateException("odd"))))
                .contains("\tat ");
    }

    private static String describe(Throwable failure) {
        return StartupErrorMessage.describe(failure, Map.of());
    }

    private static <T extends Throwable> T thrownBy(String className, T failure) {
        failure.setStackTrace(new StackTraceElement[] {new StackTraceElement(className, "run", "Any.java", 1)});
        return failure;
    }
}
