package dev.rodingateway.rodin;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.RequestMethod;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(WireMockRodin.class)
class RodinClientRequestTest {

    private static final String BODY = "{\"subscription_key\":\"a-key.of-a_task\"}";

    WireMockServer rodin;

    private ClientAt at;
    private RodinClient client;

    @BeforeEach
    void rodinAnswers() {
        rodin.resetAll();
        at = new ClientAt(URI.create(rodin.baseUrl()));
        client = at.client();
        rodin.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withStatus(201)
                        .withHeader("Content-Type", "application/json")
                        .withHeader("Set-Cookie", "session=of-the-gateway; Path=/")
                        .withBody("{\"jobs\":[{\"uuid\":\"j-1\",\"status\":\"Generating\"}]}")));
    }

    @AfterEach
    void closeClient() throws IOException {
        at.close();
    }

    @Test
    void checkIsOneRequestWithKeyAndTokenOnly() {
        // When
        ClientAt.check(client);

        // Then
        LoggedRequest request = onlyRequest();
        assertThat(request.getMethod()).isEqualTo(RequestMethod.POST);
        assertThat(request.getUrl()).isEqualTo("/api/v2/status");
        assertThat(request.getBodyAsString()).isEqualTo(BODY);
        assertThat(request.header("Authorization").values()).containsExactly("Bearer " + WireMockRodin.API_KEY);
        assertThat(request.header("Content-Type").values()).containsExactly("application/json");
        assertThat(request.header("Accept").values()).containsExactly("application/json");
        assertThat(request.header("User-Agent").values()).containsExactly("rodin-gateway");
        assertThat(request.getAllHeaderKeys())
                .map(String::toLowerCase)
                .containsExactlyInAnyOrder(
                        "accept",
                        "accept-encoding",
                        "authorization",
                        "content-length",
                        "content-type",
                        "host",
                        "user-agent");
    }

    @Test
    void cookiesAreNotStored() {
        // When
        ClientAt.check(client);
        ClientAt.check(client);

        // Then
        assertThat(requests()).hasSize(2).allSatisfy(request -> assertThat(request.containsHeader("Cookie"))
                .isFalse());
    }

    @Test
    void eachSubscriptionIsOneCall() {
        // Given
        Uni<CheckResult> check = client.check(ClientAt.KEY, RequestClass.FIRST, null);
        assertThat(requests()).isEmpty();

        // When
        check.await().atMost(Duration.ofSeconds(10));
        check.await().atMost(Duration.ofSeconds(10));

        // Then
        assertThat(requests()).hasSize(2);
    }

    @Test
    void headersOfTheCallerAreNotForwarded() {
        // When
        given().cookie("session", "caller-secret")
                .header("Authorization", "Bearer caller-secret")
                .header("X-Custom", "caller-secret")
                .header("X-Forwarded-For", "203.0.113.7")
                .header("Forwarded", "for=203.0.113.7")
                .header("User-Agent", "caller-secret")
                .header("Accept-Language", "tlh")
                .header("baggage", "who=caller-secret")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .queryParam("q", "caller-secret")
                .get("/tasks/{key}/status", ClientAt.KEY.value())
                .then()
                .statusCode(200);

        // Then
        LoggedRequest request = onlyRequest();
        assertThat(request.getUrl()).isEqualTo("/api/v2/status");
        assertThat(request.getBodyAsString()).isEqualTo(BODY);
        assertThat(request.getHeaders().toString())
                .contains("Bearer " + WireMockRodin.API_KEY)
                .doesNotContain("caller-secret", "203.0.113.7", "tlh", "4bf92f3577b34da6a3ce929d0e0e4736")
                .doesNotContainIgnoringCase("cookie")
                .doesNotContainIgnoringCase("x-custom")
                .doesNotContainIgnoringCase("forwarded")
                .doesNotContainIgnoringCase("baggage")
                .doesNotContainIgnoringCase("traceparent");
    }

    private LoggedRequest onlyRequest() {
        assertThat(requests()).hasSize(1);
        return requests().get(0);
    }

    private List<LoggedRequest> requests() {
        return rodin.getAllServeEvents().stream().map(ServeEvent::getRequest).toList();
    }
}
