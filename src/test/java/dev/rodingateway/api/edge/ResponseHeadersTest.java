package dev.rodingateway.api.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.api.SimulatorResource;
import dev.rodingateway.packaged.Http2Caller;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers of every response, whichever component writes it. */
@QuarkusTest
@WithTestResource(SimulatorResource.class)
class ResponseHeadersTest {

    @ParameterizedTest
    @CsvSource({
        "GET, /tasks/empty-dates/status, 200",
        "GET, /tasks/empty-dates/events, 200",
        "GET, /tasks/no-such-task-dates/status, 404",
        "GET, /tasks/a;b/status, 400",
        "GET, /nothing, 404",
        "DELETE, /tasks/empty-dates/status, 405",
        "POST, /tasks/status, 400",
        "GET, /q/openapi, 200"
    })
    void everyResponseHasADateOverBothVersions(String method, String path, int status) throws Exception {
        HttpResponse<InputStream> answer = answer(method, path);
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().allValues("Date")).hasSize(1);
        assertThat(date(answer)).isBetween(Instant.now().minusSeconds(5), Instant.now());
        answer.body().close();

        try (Http2Caller caller = new Http2Caller(RestAssured.port)) {
            int stream = caller.request(method, path, Map.of(), "POST".equals(method) ? 0 : Http2Caller.END_STREAM);
            if ("POST".equals(method)) {
                caller.send(Http2Caller.DATA, Http2Caller.END_STREAM, stream, new byte[] {'x'});
            }
            Map<String, String> headers = caller.head(stream);
            assertThat(headers).containsEntry(":status", Integer.toString(status));
            assertThat(date(headers.get("date"))).isBetween(Instant.now().minusSeconds(5), Instant.now());
        }
    }

    @Test
    void dateIsThatOfTheResponseAndNotOfTheRequest() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + RestAssured.port + "/tasks/empty-dates-wait/status"))
                .header("Prefer", "wait=4")
                .timeout(Duration.ofSeconds(20))
                .build();
        Instant sent = Instant.now();

        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("wait=4");
        assertThat(date(answer)).isAfterOrEqualTo(sent.plusSeconds(3));
    }

    private static Instant date(HttpResponse<?> answer) {
        return date(answer.headers().firstValue("Date").orElseThrow());
    }

    private static Instant date(String header) {
        return ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }

    private static HttpResponse<InputStream> answer(String method, String path)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.ofString("POST".equals(method) ? "x" : ""))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
    }
}
