package dev.rodingateway.rodin.token;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.rodingateway.rodin.WireMockRodin;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URL;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The key of a mounted Secret changes under a running gateway. */
@QuarkusTest
@WithTestResource(WireMockRodin.class)
@WithTestResource(SecretMountResource.class)
class TokenRotationTest {

    private static final AtomicInteger TASKS = new AtomicInteger();

    WireMockServer rodin;
    SecretMount mount;

    @TestHTTPResource(value = "/metrics", management = true)
    URL metrics;

    @BeforeEach
    void rodinAnswers() throws IOException {
        mount.swap(SecretMountResource.FIRST_KEY);
        rodin.resetAll();
        rodin.stubFor(any(anyUrl()).willReturn(okJson("{\"jobs\":[]}")));
    }

    @Test
    void swappedKeyIsUsedWithoutARestart() throws IOException {
        // Given
        await().untilAsserted(() -> assertThat(keyOfACheck()).isEqualTo("Bearer " + SecretMountResource.FIRST_KEY));

        // When
        mount.swap("second-key-from-the-mount");

        // Then
        await().untilAsserted(() -> assertThat(keyOfACheck()).isEqualTo("Bearer second-key-from-the-mount"));
    }

    @Test
    @DisabledOnIntegrationTest("the packaged application does not tell the port it took for management")
    void keyAgeIsAMetric() {
        given().get(metrics).then().statusCode(200).body(containsString("\nrodin_token_age_seconds "));
    }

    /** Has a task looked up that nobody has asked for, so that Rodin is asked, and returns what Rodin was shown. */
    private String keyOfACheck() {
        rodin.resetRequests();
        given().get("/tasks/{key}/status", "task-" + TASKS.incrementAndGet())
                .then()
                .statusCode(200);
        assertThat(rodin.getAllServeEvents()).hasSize(1);
        return rodin.getAllServeEvents().get(0).getRequest().getHeader("Authorization");
    }
}
