package dev.rodingateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlSurfaceTest {

    private final RodinSimulator simulator = RodinSimulator.start(SimulatorSettings.defaults());
    private final SimulatorClient client = new SimulatorClient(simulator.url());

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void returnsTheNumberOfChecksAndDoesNotCountItself() throws Exception {
        client.check("demo");
        client.check("no-such-task");

        assertThat(client.get("/simulator/checks").body()).isEqualTo("{\"total\":2}");
        assertThat(client.get("/simulator/checks").body()).isEqualTo("{\"total\":2}");
    }

    @Test
    void rejectsEveryCheckDuringTheOutage() throws Exception {
        client.post("/simulator/outage?mode=refuse-502");
        assertThat(client.check("demo").statusCode()).isEqualTo(502);

        client.post("/simulator/outage?mode=off");
        assertThat(client.check("demo").statusCode()).isEqualTo(201);
        assertThat(simulator.checks("demo")).isEqualTo(2);
    }

    @Test
    void hangsDuringTheOutage() throws Exception {
        client.post("/simulator/outage?mode=hang");
        assertThatThrownBy(() -> checkWithin(Duration.ofMillis(300))).isInstanceOf(HttpTimeoutException.class);

        client.post("/simulator/outage?mode=off");
        assertThat(client.check("demo").statusCode()).isEqualTo(201);
    }

    @Test
    void closesConnectionsWithoutAResponseDuringTheOutage() throws Exception {
        client.post("/simulator/outage?mode=reset");
        assertThatThrownBy(() -> client.check("demo"))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(HttpTimeoutException.class);

        client.post("/simulator/outage?mode=off");
        assertThat(client.check("demo").statusCode()).isEqualTo(201);
    }

    @Test
    void delaysChecksButNotItsOwnResponsesByTheLatency() throws Exception {
        client.post("/simulator/latency?ms=200");

        long before = System.nanoTime();
        assertThat(client.check("demo").statusCode()).isEqualTo(201);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(190));

        client.post("/simulator/latency?ms=60000");
        assertThatThrownBy(() -> checkWithin(Duration.ofMillis(300))).isInstanceOf(HttpTimeoutException.class);
        assertThat(client.post("/simulator/latency?ms=0").statusCode()).isEqualTo(204);
        assertThat(client.check("demo").statusCode()).isEqualTo(201);
    }

    @Test
    void resetEndsTheOutageAndRemovesTheChecks() throws Exception {
        client.check("demo");
        client.post("/simulator/outage?mode=refuse-502");
        client.post("/simulator/latency?ms=60000");

        assertThat(client.post("/simulator/reset").statusCode()).isEqualTo(204);

        assertThat(simulator.checks()).isZero();
        assertThat(client.check("demo").statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?mode=", "?mode=OFF", "?mode=flood", "?other=off"})
    void unknownModeIsABadRequestAndChangesNothing(String query) throws Exception {
        client.post("/simulator/outage?mode=refuse-502");

        HttpResponse<String> response = client.post("/simulator/outage" + query);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("The mode must be refuse-502, hang, reset or off.");
        assertThat(client.check("demo").statusCode()).isEqualTo(502);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?ms=", "?ms=-1", "?ms=60001", "?ms=1e3", "?ms=99999999999", "?ms=%D9%A3"})
    void invalidLatencyIsABadRequest(String query) throws Exception {
        HttpResponse<String> response = client.post("/simulator/latency" + query);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("The latency ms must be a whole number from 0 to 60000.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/simulator/outage?mode=hang", "/simulator/latency?ms=60000", "/simulator/reset"})
    void changesRequireAPost(String path) throws Exception {
        assertThat(client.get(path).statusCode()).isEqualTo(405);
        assertThat(client.check("demo").statusCode()).isEqualTo(201);
    }

    private void checkWithin(Duration patience) throws Exception {
        SimulatorClient.send(client.statusCall(BodyPublishers.ofString("{\"subscription_key\":\"demo\"}"))
                .timeout(patience)
                .build());
    }
}
