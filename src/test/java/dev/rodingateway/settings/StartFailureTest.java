package dev.rodingateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import org.junit.jupiter.api.Test;

class StartFailureTest {

    private static final String PREFIX = "Rodin gateway cannot start: ";

    @Test
    void portOfTheSimulatorIsNotTakenForTheGateways() {
        String told = "The Rodin simulator cannot listen on 127.0.0.1:8091: in use";
        IllegalStateException simulator = new IllegalStateException(told, new BindException("in use"));
        IllegalStateException management =
                new IllegalStateException("Unable to start the management interface", new BindException("in use"));

        assertThat(StartFailure.describe(new RuntimeException("failed to start", simulator)))
                .isEqualTo(PREFIX + told);
        assertThat(StartFailure.describe(new RuntimeException("failed to start", management)))
                .startsWith(PREFIX + "QUARKUS_MANAGEMENT_PORT ");
    }

    @Test
    void settingThatTheFrameworkRefusesIsOneLine() {
        RuntimeException refused = new RuntimeException(
                "failed to start",
                new IllegalArgumentException("If quarkus.proxy.host is set,\n its port must be set"));

        assertThat(StartFailure.describe(refused))
                .startsWith(PREFIX)
                .contains("quarkus.proxy.host")
                .doesNotContain("\n", "\tat ");
    }

    @Test
    void bugKeepsItsStackTrace() {
        assertThat(StartFailure.describe(new IllegalArgumentException("a bug"))).contains("\tat ");
    }
}
