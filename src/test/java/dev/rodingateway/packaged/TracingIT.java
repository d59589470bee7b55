package dev.rodingateway.packaged;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Traces of the packaged gateway, which are exported to a collector over HTTP and referred to by the log, but not
 * propagated to Rodin.
 */
class TracingIT {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String TRACE_HEADERS = "X-Request-Id: an-id\r\ntraceparent: 00-" + TRACE
            + "-00f067aa0ba902b7-01\r\n" + "tracestate: vendor=of-the-caller\r\nbaggage: who=the-caller\r\n";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final WireMockServer collector = new WireMockServer(options().dynamicPort());
    private final WireMockServer rodin = new WireMockServer(options().dynamicPort());

    @BeforeEach
    void start() {
        collector.start();
        collector.stubFor(post("/v1/traces").willReturn(ok()));
        rodin.start();
        rodin.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withStatus(201)
                        .withHeader("Content-Type", "application/json")
                        .withBody("{\"jobs\":[{\"uuid\":\"j-1\",\"status\":\"Generating\"}]}")));
    }

    @AfterEach
    void stop() {
        collector.stop();
        rodin.stop();
    }

    @Test
    void lookupContinuesItsCallersTraceWithoutPropagatingItToRodin() {
        try (GatewayProcess gateway = GatewayProcess.startAndAwait(traced())) {
            // When
            lookUp(gateway);

            // Then
            String id = new String(HexFormat.of().parseHex(TRACE), StandardCharsets.ISO_8859_1);
            await().atMost(LIMIT).untilAsserted(() -> assertThat(spans())
                    .contains(id, "gateway-of-team-blue", "GET /tasks/{key}/status", "POST /api/v2/status", "REDACTED")
                    .doesNotContain("a-key-of-mine"));
            List<LoggedRequest> checks = rodin.getAllServeEvents().stream()
                    .map(event -> event.getRequest())
                    .toList();
            assertThat(checks).hasSize(1);
            assertThat(checks.get(0).getHeaders().toString())
                    .contains("Bearer")
                    .doesNotContainIgnoringCase("trace")
                    .doesNotContainIgnoringCase("baggage")
                    .doesNotContain(TRACE);
        }
    }

    @Test
    void lookupFromTheCacheHasASpanAndIsTheExemplarOfItsMetric() {
        try (GatewayProcess gateway = GatewayProcess.startAndAwait(traced())) {
            // When
            lookUp(gateway);
            String hit = RawHttp.exchange(gateway.port(), "GET /tasks/a-key-of-mine/status", TRACE_HEADERS);

            // Then
            assertThat(hit).contains("rodin-gateway; hit; ttl=");
            await().atMost(LIMIT).untilAsserted(() -> assertThat(spans().split("GET /tasks/\\{key}/status", -1))
                    .as("the rest of the line between names of spans")
                    .hasSize(3));
            assertThat(RawHttp.exchange(
                            gateway.managementPort(),
                            "GET /q/metrics",
                            "Accept: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"))
                    .containsPattern("http_server_requests_seconds_count\\{[^}]*uri=\"/tasks/\\{key}/status\"} 2\\.0"
                            + " # \\{[^}]*trace_id=\"" + TRACE + "\"");
        }
    }

    @Test
    void withoutAnEndpointThereAreNoTraces() {
        Map<String, String> environment = traced();
        environment.remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        environment.put("QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", collector.baseUrl());
        try (GatewayProcess gateway = GatewayProcess.startAndAwait(environment)) {
            // When
            lookUp(gateway);
            gateway.terminate();
            gateway.awaitExit(LIMIT);

            // Then
            assertThat(collector.getAllServeEvents()).isEmpty();
            assertThat(gateway.output()).contains("\"level\":\"DEBUG\"").doesNotContain("traceId");
        }
    }

    @Test
    void logIsJsonAndContainsTheTraceId() throws IOException {
        try (GatewayProcess gateway = GatewayProcess.startAndAwait(traced())) {
            // When
            lookUp(gateway);
            gateway.terminate();
            gateway.awaitExit(LIMIT);

            // Then
            List<JsonNode> log = new ArrayList<>();
            for (String line : gateway.output().lines().toList()) {
                log.add(new ObjectMapper().readTree(line));
            }
            assertThat(log).isNotEmpty().allSatisfy(entry -> assertThat(entry.fieldNames())
                    .toIterable()
                    .contains("timestamp", "level", "loggerName", "message", "hostName", "processId"));
            assertThat(log)
                    .as("the lines of the request")
                    .filteredOn(entry -> entry.at("/mdc/requestId").asText().equals("an-id"))
                    .anySatisfy(entry ->
                            assertThat(entry.at("/loggerName").asText()).isEqualTo("dev.rodingateway.requests"))
                    .anySatisfy(entry ->
                            assertThat(entry.at("/loggerName").asText()).isNotEqualTo("dev.rodingateway.requests"))
                    .allSatisfy(entry ->
                            assertThat(entry.at("/mdc/traceId").asText()).isEqualTo(TRACE));
        }
    }

    private Map<String, String> traced() {
        return new HashMap<>(Map.of(
                "RODIN_API_KEY", "any",
                "RODIN_URL", rodin.baseUrl(),
                "QUARKUS_LOG_LEVEL", "DEBUG",
                "GATEWAY_REQUEST_LOG", "true",
                "OTEL_EXPORTER_OTLP_ENDPOINT", collector.baseUrl(),
                "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                "OTEL_SERVICE_NAME", "gateway-of-team-blue",
                "QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "100ms"));
    }

    private static void lookUp(GatewayProcess gateway) {
        assertThat(RawHttp.exchange(gateway.port(), "GET /tasks/a-key-of-mine/status?q=a-key-of-mine", TRACE_HEADERS))
                .startsWith("HTTP/1.1 200 ");
    }

    private String spans() {
        StringBuilder all = new StringBuilder();
        collector
                .getAllServeEvents()
                .forEach(event -> all.append(new String(event.getRequest().getBody(), StandardCharsets.ISO_8859_1)));
        return all.toString();
    }
}
