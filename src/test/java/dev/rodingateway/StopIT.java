package dev.rodingateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SimulatorSettings;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StopIT {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void aTerminatedGatewayEndsSoonThoughALookupIsUnderWay() throws Exception {
        try (RodinSimulator rodin = RodinSimulator.start(SimulatorSettings.defaults());
                GatewayProcess gateway = GatewayProcess.startAndAwait(
                        Map.of("RODIN_API_KEY", "any", "RODIN_URL", rodin.url(), "GATEWAY_UPSTREAM_TIMEOUT", "5m"));
                Socket caller = RawHttp.send(gateway.port(), "GET /tasks/hang/status", "")) {
            // Given
            await().until(() -> rodin.checks("hang") == 1);

            // When
            gateway.terminate();

            // Then
            assertThat(gateway.awaitExit(LIMIT)).isIn(0, 143);
            assertThat(gateway.output()).doesNotContain("Exception", "ERROR");
        }
    }
}
