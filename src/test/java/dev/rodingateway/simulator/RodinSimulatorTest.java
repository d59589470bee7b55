package dev.rodingateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RodinSimulatorTest {

    private final RodinSimulator simulator = RodinSimulator.start(SimulatorSettings.defaults());
    private final SimulatorClient client = new SimulatorClient(simulator.url());

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void listensOnAFreePortByDefault() {
        assertThat(simulator.port()).isPositive();
        assertThat(simulator.url()).isEqualTo("http://127.0.0.1:" + simulator.port());
    }

    @Test
    void urlIsUsableWhenListeningOnAllAddresses() throws Exception {
        SimulatorSettings defaults = SimulatorSettings.defaults();
        SimulatorSettings everywhere =
                new SimulatorSettings("0.0.0.0", 0, Optional.empty(), defaults.taskLength(), defaults.ticker());

        try (RodinSimulator open = RodinSimulator.start(everywhere)) {
            assertThat(new SimulatorClient(open.url()).check("demo").statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void portInUseIsReportedInOneSentence() {
        SimulatorSettings defaults = SimulatorSettings.defaults();
        SimulatorSettings samePort = new SimulatorSettings(
                defaults.host(), simulator.port(), Optional.empty(), defaults.taskLength(), defaults.ticker());

        assertThatThrownBy(() -> RodinSimulator.start(samePort).close())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(("The Rodin simulator cannot listen on 127.0.0.1:%d: Address already in use; "
                                + "SIMULATOR_PORT names another port.")
                        .formatted(simulator.port()));
    }

    @Test
    void countsChecksInTotalAndByKey() throws Exception {
        client.check("demo");
        client.check("demo");
        client.check("failed");

        assertThat(simulator.checks()).isEqualTo(3);
        assertThat(simulator.checks("demo")).isEqualTo(2);
        assertThat(simulator.checks("failed")).isEqualTo(1);
        assertThat(simulator.checks("never-asked-for")).isZero();
    }

    @Test
    void resetRemovesTheChecks() throws Exception {
        client.check("demo");

        simulator.reset();

        assertThat(simulator.checks()).isZero();
        assertThat(simulator.checks("demo")).isZero();
    }

    @Test
    void closedSimulatorDoesNotListen() {
        simulator.close();

        assertThatThrownBy(() -> client.check("demo")).isInstanceOf(ConnectException.class);
    }
}
