package dev.rodingateway.packaged;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.moreThanOrExactly;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SampleKeys;
import dev.rodingateway.simulator.Scenario;
import dev.rodingateway.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Neither the API key nor a task key leaves the gateway except in calls to Rodin, however much it logs and traces. */
class SecretsIT {

    private static final String TOKEN = "MARKEDTOKEN4Kd9";
    private static final String MARK = "MARKEDKEY7Zq";

    /** TRACE would have to be enabled at build time; without that the level falls back to DEBUG. */
    private static final Map<String, String> VERBOSE = Map.ofEntries(
            entry("QUARKUS_LOG_LEVEL", "DEBUG"),
            entry("QUARKUS_LOG_CATEGORY__DEV_RODINGATEWAY__LEVEL", "TRACE"),
            entry("QUARKUS_LOG_CATEGORY__ORG_JBOSS_RESTEASY_REACTIVE__LEVEL", "TRACE"),
            entry("QUARKUS_LOG_CATEGORY__ORG_JBOSS_RESTEASY_REACTIVE_CLIENT__LEVEL", "TRACE"),
            entry("QUARKUS_LOG_CATEGORY__IO_QUARKUS_REST_CLIENT__LEVEL", "TRACE"),
            entry("QUARKUS_LOG_CATEGORY__IO_QUARKUS_MICROMETER_RUNTIME_BINDER__LEVEL", "TRACE"),
            entry("QUARKUS_LOG_CATEGORY__IO_VERTX__LEVEL", "TRACE"),
            entry("QUARKUS_LOG_CATEGORY__IO_NETTY__LEVEL", "TRACE"),
            entry("QUARKUS_REST_CLIENT_LOGGING_SCOPE", "request-response"),
            entry("QUARKUS_REST_CLIENT_LOGGING_BODY_LIMIT", "10000"),
            entry("QUARKUS_HTTP_ACCESS_LOG_ENABLED", "true"),
            entry("GATEWAY_REQUEST_LOG", "true"),
            entry("QUARKUS_OTEL_BSP_MAX_QUEUE_SIZE", "10000"),
            entry("GATEWAY_UPSTREAM_TIMEOUT", "1s"),
            entry("GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE", "1000"));

    private static final Map<Scenario, Integer> SCENARIOS = Map.ofEntries(
            entry(Scenario.DEMO, 200),
            entry(Scenario.FAILED, 200),
            entry(Scenario.PARTIAL, 200),
            entry(Scenario.CANCELED, 200),
            entry(Scenario.UNKNOWN_WORD, 200),
            entry(Scenario.EMPTY, 200),
            entry(Scenario.NO_SUCH_TASK, 404),
            entry(Scenario.THROTTLED, 503),
            entry(Scenario.SLOW, 504),
            entry(Scenario.HANG, 504),
            entry(Scenario.BROKEN, 502),
            entry(Scenario.GARBAGE, 502),
            entry(Scenario.CREDENTIALS_REFUSED, 502),
            entry(Scenario.NO_FUNDS, 502));

    @TempDir
    private Path directory;

    @Test
    void noSecretLeaksWhateverCallersRequest() throws Exception {
        SimulatorSettings any = SimulatorSettings.defaults();
        SimulatorSettings strict =
                new SimulatorSettings(any.host(), 0, Optional.of(TOKEN), Duration.ofMillis(500), any.ticker());
        Path file = Files.writeString(directory.resolve("api-key"), TOKEN + "\n");
        try (RodinSimulator rodin = RodinSimulator.start(strict);
                Session session =
                        Session.start(Map.of("RODIN_URL", rodin.url(), "RODIN_API_KEY_FILE", file.toString()))) {
            disconnectEarly(session, rodin);
            requestJobsOfASampleKey(session);
            sendUnusualRequests(session);
            requestLists(session);
            requestOverHttp2(session);
            playOutages(session, rodin);
            playAllScenarios(session);

            session.assertNoSecretLeaked();
        }
    }

    @Test
    void noSecretLeaksWhateverRodinEchoes() {
        String both = MARK + " " + TOKEN;
        // At least two answers follow each failure, which is retried, so that no breaker opens; the pause after 429
        // comes last.
        List<Map.Entry<String, ResponseDefinitionBuilder>> answers = List.of(
                entry("invalid-request", refusal(400, "INVALID_REQUEST")),
                entry("page", aResponse().withStatus(500).withBody("<html>" + both + "</html>")),
                entry("reason", aResponse().withStatus(503).withStatusMessage(both)),
                entry("no-such-task", refusal(201, "NO_SUCH_TASK")),
                entry("cookie", json(500, "{}").withHeader("Set-Cookie", "key=" + MARK + TOKEN)),
                entry("cut-short", json(201, both).withFault(Fault.MALFORMED_RESPONSE_CHUNK)),
                entry("unauthorized", refusal(401, "UNAUTHORIZED").withHeader("WWW-Authenticate", "Bearer " + both)),
                entry("forbidden", refusal(403, both)),
                entry("garbage", json(201, both).withFault(Fault.RANDOM_DATA_THEN_CLOSE)),
                entry("odd-code", refusal(201, MARK)),
                entry("redirect", aResponse().withStatus(302).withHeader("Location", "http://127.0.0.1:1/" + MARK)),
                entry("reset", json(201, both).withFault(Fault.CONNECTION_RESET_BY_PEER)),
                entry("half-a-document", json(201, "{\"jobs\":[{\"uuid\":\"" + both)),
                entry("not-json", json(201, both)),
                entry("dribble", json(201, both).withChunkedDribbleDelay(2, 3000)),
                entry("too-large", json(201, both.repeat(20_000))),
                entry("jobs-of-another-type", json(201, "{\"jobs\":\"" + both + "\"}")),
                entry("odd-coding", json(201, both).withHeader("Content-Encoding", "gzip")),
                entry("odd-type", json(201, "{}").withHeader("Content-Type", both)),
                entry("throttled", refusal(429, TOKEN).withHeader("Retry-After", both)));
        WireMockServer rodin = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
        rodin.start();
        try (Session session = Session.start(Map.of("RODIN_URL", rodin.baseUrl(), "RODIN_API_KEY", TOKEN))) {
            answers.forEach(entry -> {
                String name = entry.getKey();
                rodin.stubFor(post("/api/v2/status")
                        .withRequestBody(containing("." + name))
                        .willReturn(entry.getValue()));

                assertThat(session.request("GET /tasks/" + MARK + "." + name + "/status"))
                        .as(name)
                        .matches("(?s)HTTP/1.1 (400|404|502|503|504) .*");
            });

            answers.forEach(entry -> rodin.verify(
                    moreThanOrExactly(1),
                    postRequestedFor(urlEqualTo("/api/v2/status"))
                            .withHeader("Authorization", equalTo("Bearer " + TOKEN))
                            .withRequestBody(containing(MARK + "." + entry.getKey()))));
            session.assertNoSecretLeaked();
        } finally {
            rodin.stop();
        }
    }

    @Test
    void noSecretLeaksWhenRodinCannotBeReached() throws IOException {
        int closed;
        try (ServerSocket free = new ServerSocket(0)) {
            closed = free.getLocalPort();
        }
        try (RodinSimulator plain = RodinSimulator.start(SimulatorSettings.defaults());
                Session refused =
                        Session.start(Map.of("RODIN_URL", "http://127.0.0.1:" + closed, "RODIN_API_KEY", TOKEN));
                Session noTls = Session.start(
                        Map.of("RODIN_URL", "https://127.0.0.1:" + plain.port(), "RODIN_API_KEY", TOKEN));
                Session noName = Session.start(Map.of("RODIN_URL", "http://rodin.invalid", "RODIN_API_KEY", TOKEN))) {
            for (Session session : List.of(refused, noTls, noName)) {
                assertThat(session.request("GET /tasks/demo-" + MARK + "/status"))
                        .matches("(?s)HTTP/1.1 50[234] .*");

                session.assertNoSecretLeaked();
            }
        }
    }

    /** Where nothing is traced, answers that are fresh take a short cut. */
    @Test
    void noSecretLeaksOnTheFastPath() {
        String target = "/tasks/demo-" + MARK + "/status";
        Map<String, String> environment = new HashMap<>(VERBOSE);
        try (RodinSimulator rodin = RodinSimulator.start(SimulatorSettings.defaults())) {
            environment.put("RODIN_URL", rodin.url());
            environment.put("RODIN_API_KEY", TOKEN);
            try (GatewayProcess gateway = GatewayProcess.startAndAwait(environment)) {
                String first = RawHttp.get(gateway.port(), target);
                String second = RawHttp.get(gateway.port(), target);
                String metrics = RawHttp.get(gateway.managementPort(), "/q/metrics");
                gateway.terminate();
                gateway.awaitExit(Duration.ofSeconds(30));

                assertThat(second).contains("rodin-gateway; hit; ttl=");
                assertThat(metrics)
                        .containsPattern("gateway_lookups_total\\{outcome=\"hit\"} 1\\.0")
                        .containsPattern(
                                "http_server_requests_seconds_count\\{[^}]*uri=\"/tasks/\\{key}/status\"} 2(\\.0)?");
                assertThat(gateway.output().lines().filter(line -> line.contains("\"io.quarkus.http.access-log\"")))
                        .as("a line in the access log for each")
                        .hasSizeGreaterThanOrEqualTo(2);
                assertThat(Marks.of(TOKEN, MARK).in(first + second + metrics + gateway.output()))
                        .isEmpty();
            }
        }
    }

    private static void disconnectEarly(Session session, RodinSimulator rodin) throws IOException {
        String key = "hang-" + MARK + "-early";
        Socket caller = RawHttp.send(session.gateway.port(), "GET /tasks/" + key + "/status", "");
        await().until(() -> rodin.checks(key) == 1);
        caller.close();
    }

    private static void playAllScenarios(Session session) {
        assertThat(SCENARIOS).containsOnlyKeys(Scenario.values());
        Stream.of(Scenario.values())
                .filter(scenario -> scenario != Scenario.THROTTLED)
                .forEach(scenario -> play(session, scenario));
        // Last, because it pauses the gateway.
        play(session, Scenario.THROTTLED);
    }

    private static void play(Session session, Scenario scenario) {
        int httpStatus = SCENARIOS.get(scenario);
        String target = "/tasks/" + scenario.key() + "-" + MARK + "/status";

        session.request(httpStatus, "GET " + target);
        if (httpStatus != 504) {
            session.request(httpStatus, "GET " + target);
        }
    }

    private static void requestJobsOfASampleKey(Session session) {
        String key = SampleKeys.forJobs(14);
        session.marks.addAll(List.of(key.split("\\.")).subList(1, 3));

        session.request(200, "GET /tasks/" + key + "/status");
    }

    private static void sendUnusualRequests(Session session) {
        String target = "/tasks/demo-" + MARK + "/status";
        session.request(200, "HEAD " + target);
        session.request(200, "GET " + target + "?key=" + MARK);
        session.request(200, "GET /tasks/demo-" + percentEncoded(MARK) + "/status");
        session.request(200, "GET " + target, "Authorization: Bearer " + MARK + "\r\nCookie: key=" + MARK + "\r\n");
        session.request(200, "GET " + target, "X-Request-Id: demo-" + MARK + "\r\n");
        session.request(200, "GET " + target, "X-Request-Id: eyJ" + MARK + "\r\n");
        session.request(200, "GET " + target, "X-Request-Id: " + MARK.repeat(6) + "\r\n");
        session.request(400, "GET /tasks/" + MARK + "%21/status");
        session.request(400, "GET /tasks/" + MARK + "%zz/status");
        session.request(400, "GET /tasks/" + MARK + "%/status");
        session.request(400, "GET /tasks/" + MARK + "%00/status");
        session.request(400, "GET /tasks/" + MARK + ";v=1/status");
        session.request(400, "GET /tasks/" + MARK + "\u00e9/status");
        session.request(400, "GET /tasks/" + MARK.repeat(171) + "/status");
        session.request(414, "GET /tasks/" + MARK.repeat(1500) + "/status");
        session.request(404, "GET /" + MARK);
        session.request(404, "GET /tasks/" + MARK);
        session.request(404, "GET /tasks/" + MARK + "/other");
        session.request(404, "GET /q/" + MARK);
        session.request(405, "DELETE " + target);
        session.request(405, "PURGE " + target);
        session.request(405, "POST " + target, "Content-Length: " + MARK.length() + "\r\n\r\n" + MARK);
        session.request(406, "GET " + target, "Accept: text/html\r\n");
        session.request(413, "POST " + target, "Content-Length: 300000\r\n\r\n" + MARK.repeat(25_000));
        session.request(431, "GET " + target, "X-Key: " + MARK.repeat(3000) + "\r\n");
        session.request("OPTIONS " + target);
        session.request("TRACE " + target);
        session.request("GET http://gateway" + target);
        session.request("GET " + target, MARK + "\r\n");
        session.request("GET " + target, "Content-Length: " + MARK + "\r\n");
        session.requestManagement("/q/health/" + MARK);
        session.requestManagement("/" + MARK);
    }

    private static void requestLists(Session session) {
        session.request(200, "POST /tasks/status", body("{\"keys\":[\"demo-" + MARK + "\",\"no key " + MARK + "\"]}"));
        for (String body : List.of(
                MARK,
                "{\"keys\":[" + MARK + "]}",
                "{\"keys\":[\"" + MARK,
                "{\"keys\":[\"" + MARK + "\"]}" + MARK,
                "{\"" + MARK + "\":1,\"" + MARK + "\":2}",
                "{\"keys\":{\"" + MARK + "\":1}}")) {
            session.request(400, "POST /tasks/status", body(body));
        }
        session.request(405, "PUT /tasks/status", body(MARK));
        session.request(415, "POST /tasks/status", "Content-Type: text/plain\r\nContent-Length: 12\r\n\r\n" + MARK);
    }

    private static String body(String json) {
        return "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n" + json;
    }

    private static void requestOverHttp2(Session session) throws IOException {
        try (Http2Caller caller = new Http2Caller(session.gateway.port())) {
            Http2Caller.Answer answer = caller.answer(caller.get("/tasks/demo-" + MARK + "-2/status", Map.of()));

            assertThat(answer.status()).isEqualTo(200);
            session.responses.add(answer.headers() + answer.body());
        }
    }

    private static void playOutages(Session session, RodinSimulator rodin) {
        for (String mode : List.of("refuse-502", "hang", "reset")) {
            RawHttp.exchange(rodin.port(), "POST /simulator/outage?mode=" + mode, "Content-Length: 0\r\n");

            assertThat(session.request("GET /tasks/demo-" + MARK + "-" + mode + "/status"))
                    .matches("(?s)HTTP/1.1 50[234] .*");
        }
        RawHttp.exchange(rodin.port(), "POST /simulator/outage?mode=off", "Content-Length: 0\r\n");
    }

    private static ResponseDefinitionBuilder refusal(int httpStatus, String code) {
        return json(httpStatus, "{\"error\":\"%s\",\"message\":\"no task %s for %s\"}".formatted(code, MARK, TOKEN))
                .withHeader("X-Echo", MARK + " " + TOKEN);
    }

    private static ResponseDefinitionBuilder json(int httpStatus, String body) {
        return aResponse()
                .withStatus(httpStatus)
                .withHeader("Content-Type", "application/json")
                .withBody(body);
    }

    private static String percentEncoded(String text) {
        return text.chars().mapToObj("%%%02X"::formatted).collect(Collectors.joining());
    }

    /** A gateway that logs and traces as much as possible, and its responses. */
    private record Session(WireMockServer collector, GatewayProcess gateway, List<String> responses, List<String> marks)
            implements AutoCloseable {

        static Session start(Map<String, String> environment) {
            WireMockServer collector = new WireMockServer(options().dynamicPort());
            collector.start();
            collector.stubFor(post("/v1/traces").willReturn(ok()));
            Map<String, String> all = new HashMap<>(VERBOSE);
            all.put("OTEL_EXPORTER_OTLP_ENDPOINT", collector.baseUrl());
            all.put("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
            all.putAll(environment);
            return new Session(
                    collector,
                    GatewayProcess.startAndAwait(all),
                    new ArrayList<>(),
                    new ArrayList<>(List.of(TOKEN, MARK)));
        }

        /** All exported traces, the last of which are sent when the gateway stops. */
        String spans() {
            return collector.getAllServeEvents().stream()
                    .map(event -> new String(event.getRequest().getBody(), StandardCharsets.ISO_8859_1))
                    .collect(Collectors.joining());
        }

        void request(int expected, String start) {
            request(expected, start, "");
        }

        void request(int expected, String start, String headers) {
            assertThat(request(start, headers)).as("%.80s", start).matches("(?s)HTTP/1.[01] " + expected + " .*");
        }

        String request(String start) {
            return request(start, "");
        }

        String request(String start, String headers) {
            String response = RawHttp.exchange(gateway.port(), start, headers);
            responses.add(response);
            return response;
        }

        void requestManagement(String path) {
            responses.add(RawHttp.get(gateway.managementPort(), path));
        }

        void assertNoSecretLeaked() {
            request(200, "GET /q/openapi");
            requestManagement("/q/health");
            requestManagement("/q/metrics");
            assertThat(responses).last().asString().contains("http_server_requests_seconds");
            gateway.terminate();
            gateway.awaitExit(Duration.ofSeconds(30));
            String printed = gateway.output();
            Marks search = new Marks(marks);

            assertThat(printed).contains("\"level\":\"DEBUG\"", "\"io.quarkus.http.access-log\"");
            assertThat(spans()).as("the spans").contains("/tasks/{key}/status");
            assertThat(search.in(spans())).as("the spans").isEmpty();
            assertThat(search.in(printed)).as("the output of the process").isEmpty();
            assertThat(responses)
                    .allSatisfy(response -> assertThat(search.in(response)).isEmpty());
        }

        @Override
        public void close() {
            gateway.close();
            collector.stop();
        }
    }
}
