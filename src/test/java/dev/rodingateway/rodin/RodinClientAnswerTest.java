package dev.rodingateway.rodin;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskStatus;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(WireMockRodin.class)
class RodinClientAnswerTest {

    private static final String DONE = "{\"jobs\":[{\"uuid\":\"j-1\",\"status\":\"Done\"}]}";

    WireMockServer rodin;

    private ClientAt at;
    private RodinClient client;

    @BeforeEach
    void reset() {
        rodin.resetAll();
        at = new ClientAt(URI.create(rodin.baseUrl()));
        client = at.client();
    }

    @AfterEach
    void closeClient() throws IOException {
        at.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202})
    void jobsWithAny2xxAreTheStatus(int httpStatus) {
        // Given
        rodinAnswers(aResponse().withStatus(httpStatus).withBody(DONE));

        // When
        TaskStatus status = ClientAt.check(client);

        // Then
        assertThat(status.jobs()).singleElement().satisfies(job -> {
            assertThat(job.id()).isEqualTo("j-1");
            assertThat(job.status()).isEqualTo(JobStatus.DONE);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
                    400 | {"error":"INVALID_REQUEST"}        | INVALID_KEY               | INVALID_REQUEST
                    201 | {"error":"NO_SUCH_TASK"}           | TASK_NOT_FOUND            | NO_SUCH_TASK
                    404 | <html>not found</html>             | TASK_NOT_FOUND            | -
                    401 | {"error":"UNAUTHORIZED"}           | UPSTREAM_CREDENTIALS      | UNAUTHORIZED
                    401 | ``                                 | UPSTREAM_CREDENTIALS      | -
                    403 | {"error":"USER_NOT_FOUND"}         | UPSTREAM_CREDENTIALS      | USER_NOT_FOUND
                    201 | {"error":"API_INSUFFICIENT_FUNDS"} | UPSTREAM_ACCOUNT          | API_INSUFFICIENT_FUNDS
                    201 | {}                                 | UPSTREAM_INVALID_RESPONSE | -
                    201 | <html>hello</html>                 | UPSTREAM_INVALID_RESPONSE | -
                    201 | ``                                 | UPSTREAM_INVALID_RESPONSE | -
                    204 | ``                                 | UPSTREAM_INVALID_RESPONSE | -
                    400 | {"error":"SOMETHING_ELSE"}         | UPSTREAM_ERROR            | SOMETHING_ELSE
                    500 | {"error":"UNKNOWN"}                | UPSTREAM_ERROR            | UNKNOWN
                    501 | <html>no</html>                    | UPSTREAM_ERROR            | -
                    """)
    void refusalIsClassifiedAndNotRetried(int httpStatus, String body, Kind kind, String upstreamCode) {
        // Given
        rodinAnswers(aResponse().withStatus(httpStatus).withBody(body));

        // When
        LookupFailure failure = ClientAt.failure(client);

        // Then
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.upstreamCode()).isEqualTo(upstreamCode);
        assertThat(rodin.getAllServeEvents()).hasSize(1);
    }

    @Test
    void throttlingHasARetryAfter() {
        // Given
        rodinAnswers(aResponse().withStatus(429).withHeader("Retry-After", "7"));

        // When
        LookupFailure failure = ClientAt.failure(client);

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_THROTTLED);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(rodin.getAllServeEvents()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/json; charset=utf-8", "text/html", "application/octet-stream", "nonsense", "/"})
    void bodyWithAnyMediaTypeIsRead(String contentType) {
        // Given
        rodinAnswers(aResponse()
                .withStatus(201)
                .withHeader("Content-Type", contentType)
                .withBody(DONE));

        // When
        TaskStatus status = ClientAt.check(client);

        // Then
        assertThat(status.jobs()).hasSize(1);
    }

    @Test
    void refusalWithAnInvalidMediaTypeIsRead() {
        // Given
        rodinAnswers(aResponse()
                .withStatus(429)
                .withHeader("Content-Type", "nonsense")
                .withHeader("Retry-After", "7")
                .withBody("slow down"));

        // Then
        assertThat(ClientAt.failure(client).kind()).isEqualTo(Kind.UPSTREAM_THROTTLED);
    }

    @Test
    void responseAfterInterimResponsesIsRead() throws IOException {
        try (RawServer raw = new RawServer(connection -> {
                    connection.readRequest();
                    connection.write("HTTP/1.1 100 Continue\r\n\r\n");
                    connection.write("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n");
                    connection.answer(DONE);
                });
                ClientAt clientAtRaw = new ClientAt(raw.url())) {
            // Then
            assertThat(clientAtRaw.check().jobs()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 307, 308})
    void redirectIsInvalidAndNotFollowed(int httpStatus) {
        WireMockServer other = new WireMockServer(options().dynamicPort());
        other.start();
        try {
            // Given
            other.stubFor(any(anyUrl()).willReturn(aResponse().withBody(DONE)));
            rodinAnswers(aResponse()
                    .withStatus(httpStatus)
                    .withHeader("Location", other.baseUrl() + "/api/v2/status")
                    .withBody(DONE));

            // When
            LookupFailure failure = ClientAt.failure(client);

            // Then
            assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_INVALID_RESPONSE);
            assertThat(rodin.getAllServeEvents()).hasSize(1);
            assertThat(other.getAllServeEvents()).isEmpty();
        } finally {
            other.stop();
        }
    }

    @Test
    void unknownJobStatusesAreCounted() {
        // Given
        double before = unknownStatuses();
        rodinAnswers(aResponse()
                .withStatus(201)
                .withBody("{\"jobs\":[{\"status\":\"Packing\"},{\"status\":\"Done\"},{\"status\":\"Resting\"}]}"));

        // When
        ClientAt.check(client);

        // Then
        assertThat(unknownStatuses() - before).isEqualTo(2);
    }

    private double unknownStatuses() {
        return at.meters().get("rodin.jobs.unknown.status").counter().count();
    }

    private void rodinAnswers(ResponseDefinitionBuilder answer) {
        rodin.stubFor(post("/api/v2/status").willReturn(answer));
    }
}
