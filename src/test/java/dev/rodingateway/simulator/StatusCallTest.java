package dev.rodingateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusCallTest {

    private static final String UNAUTHORIZED =
            "{\"error\":\"UNAUTHORIZED\",\"message\":\"Active API key is required.\"}";

    private final RodinSimulator simulator = RodinSimulator.start(SimulatorSettings.defaults());
    private final SimulatorClient client = new SimulatorClient(simulator.url());

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void callWithoutABearerTokenIsUnauthorized() throws Exception {
        HttpResponse<String> response = SimulatorClient.send(client.to("/api/v2/status")
                .POST(BodyPublishers.ofString("{\"subscription_key\":\"demo\"}"))
                .build());

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).isEqualTo(UNAUTHORIZED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "Bearer", "Basic abc", "abc"})
    void malformedAuthorizationIsUnauthorized(String authorization) throws Exception {
        assertThat(asking(simulator, authorization).statusCode()).isEqualTo(401);
    }

    @Test
    void onlyAConfiguredApiKeyIsAccepted() throws Exception {
        SimulatorSettings defaults = SimulatorSettings.defaults();
        SimulatorSettings strict = new SimulatorSettings(
                defaults.host(), 0, Optional.of("right"), defaults.taskLength(), defaults.ticker());

        try (RodinSimulator picky = RodinSimulator.start(strict)) {
            assertThat(asking(picky, "Bearer wrong").statusCode()).isEqualTo(401);
            assertThat(asking(picky, "Bearer right").statusCode()).isEqualTo(201);
            assertThat(asking(picky, "bearer right").statusCode()).isEqualTo(201);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "{}",
                "{\"subscription_key\":null}",
                "{\"subscription_key\":7}",
                "{\"subscription_key\":\" \"}",
                "{\"subscription_key\":\"demo\"} and more"
            })
    void bodyWithoutAKeyIsAnInvalidRequest(String body) throws Exception {
        HttpResponse<String> response = client.postStatus(BodyPublishers.ofString(body));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(SimulatorClient.json(response).path("error").textValue()).isEqualTo("INVALID_REQUEST");
    }

    @Test
    void bodyIsReadUpToItsLimit() throws Exception {
        String key = "{\"subscription_key\":\"demo\"}";
        String fits = key + " ".repeat(BoundedBody.LIMIT - key.length());

        assertThat(client.postStatus(BodyPublishers.ofString(fits)).statusCode())
                .isEqualTo(201);
        assertThat(client.postStatus(BodyPublishers.ofString(fits + " ")).statusCode())
                .isEqualTo(400);
    }

    @Test
    void largeBodyOfUnknownLengthIsDiscarded() throws Exception {
        byte[] blanks = " ".repeat(1_000_000).getBytes();

        HttpResponse<String> response =
                client.postStatus(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(blanks)));

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void rejectedCallIsCounted() throws Exception {
        client.postStatus(BodyPublishers.ofString("{"));

        assertThat(simulator.checks()).isEqualTo(1);
    }

    @Test
    void otherMethodsAreNotAllowed() throws Exception {
        HttpResponse<String> response = client.get("/api/v2/status");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("POST");
        assertThat(simulator.checks()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/v2/rodin", "/api/v2/status/", "/simulator", "/simulator/other"})
    void otherPathsAreNotFound(String path) throws Exception {
        HttpResponse<String> response = client.post(path);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(SimulatorClient.json(response).path("error").textValue()).isEqualTo("NOT_FOUND");
    }

    private static HttpResponse<String> asking(RodinSimulator simulator, String authorization) throws Exception {
        return SimulatorClient.send(new SimulatorClient(simulator.url())
                .statusCall(BodyPublishers.ofString("{\"subscription_key\":\"demo\"}"))
                .setHeader("Authorization", authorization)
                .build());
    }
}
