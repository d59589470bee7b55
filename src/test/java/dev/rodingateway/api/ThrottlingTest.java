package dev.rodingateway.api;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.rodingateway.rodin.WireMockRodin;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Responses to callers while Rodin throttles the gateway; in a gateway of its own, because a pause affects all callers.
 */
@QuarkusTest
@WithTestResource(value = WireMockRodin.class, initArgs = @ResourceArg(name = WireMockRodin.TIMEOUT, value = "3s"))
class ThrottlingTest {

    private static final String STATUS = "/tasks/{key}/status";

    WireMockServer rodin;

    @BeforeEach
    void waitForTheEndOfThePause() {
        rodinAnswers(201, "{\"jobs\":[{\"status\":\"Generating\"}]}", null);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> when().get(STATUS, newKey()).statusCode() == 200);
    }

    @Test
    void unknownTaskGetsARetryAfterAndCausesNoChecks() {
        rodinAnswers(429, "slow down", "2");

        Response throttled = when().get(STATUS, newKey());
        int asked = rodin.getAllServeEvents().size();
        Response paused = when().get(STATUS, newKey());

        for (Response response : new Response[] {throttled, paused}) {
            response.then().statusCode(503).body("code", equalTo("upstream-throttled"));
            assertThat(Integer.parseInt(response.header("Retry-After"))).isBetween(1, 2);
        }
        assertThat(rodin.getAllServeEvents()).hasSize(asked);
    }

    @Test
    void knownTaskIsServedStaleDuringThePauseAndFreshAfterwards() {
        String key = newKey();
        when().get(STATUS, key).then().statusCode(200).body("stale", is(false));
        rodinAnswers(429, "slow down", "3");

        Response stale = await().atMost(Duration.ofSeconds(10))
                .until(() -> when().get(STATUS, key), answer -> answer.<Boolean>path("stale"));
        stale.then()
                .statusCode(200)
                .header("Cache-Control", "private, max-age=0")
                .body("status", equalTo("generating"));

        rodinAnswers(201, "{\"jobs\":[{\"status\":\"Done\"}]}", null);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> when().get(STATUS, key).<String>path("status").equals("done"));
    }

    private void rodinAnswers(int httpStatus, String body, String retryAfter) {
        var answer = aResponse().withStatus(httpStatus).withBody(body);
        rodin.stubFor(
                any(anyUrl()).willReturn(retryAfter == null ? answer : answer.withHeader("Retry-After", retryAfter)));
    }

    private static String newKey() {
        return "key-" + UUID.randomUUID();
    }
}
