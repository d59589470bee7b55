package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The watch page of the packaged application. Its behaviour is tested in a browser: src/test/browser. */
class WatchPageIT {

    private static final Map<String, String> NO_RODIN =
            Map.of("RODIN_API_KEY", "a-key", "RODIN_URL", "http://127.0.0.1:1");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static GatewayProcess gateway;

    @BeforeAll
    static void start() {
        gateway = GatewayProcess.startAndAwait(with("GATEWAY_WATCH_PAGE", "true"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/, resources/watch-page/index.html, text/html; charset=utf-8",
        "/watch.css, resources/watch-page/watch.css, text/css; charset=utf-8",
        "/watch.js, resources/watch-page/watch.js, text/javascript; charset=utf-8",
        "/rodin-task.js, npm/rodin-task.js, text/javascript; charset=utf-8",
    })
    void eachFileIsServedUnmodified(String path, String file, String mediaType) throws Exception {
        HttpResponse<byte[]> response = send(gateway, "GET", path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(Files.readAllBytes(Path.of("src/main", file)));
        assertThat(header(response, "Content-Type")).isEqualTo(mediaType);
        assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(response, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(header(response, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(response, "Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'none'")
                .doesNotContain("unsafe");
    }

    /** Returns the headers without those that differ from one response to the next. */
    private static Map<String, List<String>> ofTheFile(HttpResponse<?> response) {
        Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
        headers.remove("date");
        headers.remove("x-request-id");
        return headers;
    }

    @Test
    void headIsAnsweredLikeGetWithoutABody() throws Exception {
        HttpResponse<byte[]> get = send(gateway, "GET", "/");
        HttpResponse<byte[]> head = send(gateway, "HEAD", "/");

        assertThat(ofTheFile(head)).isEqualTo(ofTheFile(get)).containsKeys("etag", "content-length");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void cachedFileIsNotSentAgain() throws Exception {
        String tag = header(send(gateway, "GET", "/watch.js"), "ETag");

        HttpResponse<byte[]> again = send(gateway, "GET", "/watch.js", "If-None-Match", tag);
        HttpResponse<byte[]> changed = send(gateway, "GET", "/watch.js", "If-None-Match", "\"an-older-one\"");

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(header(again, "ETag")).isEqualTo(tag);
        assertThat(changed.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void onlyGetAndHeadAreAllowed(String method) throws Exception {
        HttpResponse<byte[]> response = send(gateway, method, "/");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(header(response, "Allow")).isEqualTo("GET, HEAD");
        assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/index.html", "/watch-page/index.html", "/watch.js/", "/tasks", "/application.properties"})
    void nothingElseIsServed(String path) throws Exception {
        assertThat(send(gateway, "GET", path).statusCode()).isEqualTo(404);
    }

    @Test
    void pageDoesNotShadowTheApi() throws Exception {
        assertThat(send(gateway, "GET", "/tasks/a%20key/status").statusCode()).isEqualTo(400);
        assertThat(send(gateway, "GET", "/q/openapi").statusCode()).isEqualTo(200);
    }

    @Test
    void eachFileHasItsRouteInTheMetrics() throws Exception {
        send(gateway, "GET", "/watch.css");

        assertThat(RawHttp.get(gateway.managementPort(), "/q/metrics")).contains("uri=\"/watch.css\"");
    }

    @Test
    void pageIsDisabledByDefault() throws Exception {
        try (GatewayProcess usual = GatewayProcess.startAndAwait(NO_RODIN)) {
            for (String path : new String[] {"/", "/watch.css", "/watch.js", "/rodin-task.js"}) {
                HttpResponse<byte[]> response = send(usual, "GET", path);

                assertThat(response.statusCode()).as(path).isEqualTo(404);
                assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
            }
        }
    }

    private static Map<String, String> with(String setting, String value) {
        return Map.of(
                setting, value, "RODIN_API_KEY", NO_RODIN.get("RODIN_API_KEY"), "RODIN_URL", NO_RODIN.get("RODIN_URL"));
    }

    private static HttpResponse<byte[]> send(GatewayProcess to, String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(LIMIT);
        return CLIENT.send(
                (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
