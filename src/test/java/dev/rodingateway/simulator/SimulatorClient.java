package dev.rodingateway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** A client of one simulator, over a real socket. */
record SimulatorClient(String url) {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    HttpResponse<String> check(String key) throws IOException, InterruptedException {
        return send(checkOf(key));
    }

    List<String> statusesOf(String key) throws IOException, InterruptedException {
        return json(check(key)).path("jobs").findValuesAsText("status");
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(to(path).GET().build());
    }

    HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return send(to(path).POST(BodyPublishers.noBody()).build());
    }

    HttpResponse<String> postStatus(BodyPublisher body) throws IOException, InterruptedException {
        return send(statusCall(body).build());
    }

    HttpRequest checkOf(String key) {
        return statusCall(BodyPublishers.ofString("{\"subscription_key\":\"" + key + "\"}"))
                .build();
    }

    HttpRequest.Builder statusCall(BodyPublisher body) {
        return to("/api/v2/status").setHeader("Authorization", "Bearer any").POST(body);
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE);
    }

    static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return HTTP.send(request, BodyHandlers.ofString());
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }
}
