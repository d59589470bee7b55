package dev.rodingateway.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ingress and egress of the gateway. */
class TrafficTest {

    @ParameterizedTest
    @CsvSource({
        "ingress-nginx, 3, nginx.ingress.kubernetes.io/proxy-read-timeout, 3600",
        "ingress-nginx, 3, nginx.ingress.kubernetes.io/proxy-buffering, off",
        "ingress-nginx, 3, nginx.ingress.kubernetes.io/upstream-hash-by, $uri",
        "haproxy-ingress, 5, haproxy-ingress.github.io/timeout-server, 1h",
        "haproxy-ingress, 5, haproxy-ingress.github.io/timeout-client, 1h",
        "haproxy-ingress, 5, haproxy-ingress.github.io/balance-algorithm, uri depth 2",
        "haproxy-ingress, 5, haproxy-ingress.github.io/config-backend, hash-type consistent sdbm avalanche",
        "haproxy-ingress, 5, haproxy-ingress.github.io/initial-weight, 100",
    })
    void eachControllerHasItsOwnAnnotations(String controller, int all, String annotation, String value) {
        JsonNode annotations = ingress(controller, Map.of("taskAffinity.enabled", true));

        assertThat(annotations.path(annotation).asText()).isEqualTo(value);
        assertThat(annotations).hasSize(all);
    }

    @ParameterizedTest
    @CsvSource({"ingress-nginx, 2", "haproxy-ingress, 2", "none, 0"})
    void withoutAffinityOnlyTimeoutsOfStreamsAreSet(String controller, int annotations) {
        assertThat(ingress(controller, Map.of())).hasSize(annotations).noneMatch(value -> value.asText()
                .contains("uri"));
    }

    @Test
    void istioRoutesATaskByItsPath() {
        assertThat(Chart.render(Map.of("taskAffinity.enabled", true, "taskAffinity.istio", true))
                        .one("DestinationRule")
                        .at("/spec/trafficPolicy/loadBalancer/consistentHash/httpHeaderName")
                        .asText())
                .isEqualTo(":path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"enabled", "istio"})
    void affinityWithoutAnImplementationIsRejected(String half) {
        assertThatThrownBy(() -> Chart.render(Map.of("taskAffinity." + half, true)))
                .hasMessageContaining("taskAffinity." + half);
    }

    @Test
    void annotationsOfTheUserTakePrecedence() {
        JsonNode annotations = ingress(
                "ingress-nginx", Map.of("ingress.annotations.nginx\\.ingress\\.kubernetes\\.io/proxy-buffering", "on"));

        assertThat(annotations
                        .path("nginx.ingress.kubernetes.io/proxy-buffering")
                        .asText())
                .isEqualTo("on");
    }

    @ParameterizedTest
    @ValueSource(strings = {"request", "backendRequest"})
    void routeHasNoTimeoutForStreamsByDefault(String timeout) {
        assertThat(route(Map.of()).at("/spec/rules/0/timeouts/" + timeout).asText())
                .isEqualTo("0s");
        assertThat(route(Map.of("httpRoute.timeouts." + timeout, "5m"))
                        .at("/spec/rules/0/timeouts/" + timeout)
                        .asText())
                .isEqualTo("5m");
    }

    @ParameterizedTest
    @CsvSource({"ingressFrom, http", "metricsFrom, management"})
    void eachPortIsOpenToItsPeersOnly(String value, String port) {
        JsonNode peer = Chart.YAML.createObjectNode().set("podSelector", label("app", "named"));
        JsonNode policy = Chart.render(Map.of("networkPolicy." + value + "[0].podSelector.matchLabels.app", "named"))
                .one("NetworkPolicy");

        assertThat(policy.at("/spec/ingress"))
                .filteredOn(rule ->
                        rule.path("from").equals(Chart.YAML.createArrayNode().add(peer)))
                .singleElement()
                .satisfies(rule ->
                        assertThat(rule.path("ports").findValuesAsText("port")).containsExactly(port));
        assertThat(policy.at("/spec/ingress"))
                .filteredOn(rule -> rule.path("ports").findValuesAsText("port").contains("management"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/watch.css", "/watch.js", "/rodin-task.js"})
    void pathsOfThePageAreRoutedIfItIsEnabled(String path) {
        Map<String, Boolean> page = Map.of("gateway.watchPage", true);

        assertThat(route(page).at("/spec/rules/0/matches").toString())
                .contains("{\"path\":{\"type\":\"Exact\",\"value\":\"" + path + "\"}}");
        assertThat(route(Map.of()).at("/spec/rules/0/matches").findValuesAsText("value"))
                .containsExactly("/tasks");
        assertThat(ingress(page).at("/spec/rules/0/http/paths").toString())
                .contains("{\"path\":\"" + path + "\",\"pathType\":\"Exact\"");
        assertThat(ingress(Map.of()).at("/spec/rules/0/http/paths").findValuesAsText("path"))
                .containsExactly("/tasks");
    }

    @ParameterizedTest
    @CsvSource({
        "https://rodin.example.com, 443",
        "https://rodin.example.com:8443/base, 8443",
        "http://rodin.demo, 80",
        "http://[2001:db8::1]:8080, 8080",
    })
    void egressToThePortsOfRodinAndOfTheCollectorIsAllowed(String url, String port) {
        JsonNode egress = Chart.render(
                        Map.of("rodin.url", url, "networkPolicy.rodinPorts[0]", 8091, "tracing.endpoint", url))
                .one("NetworkPolicy")
                .at("/spec/egress");

        assertThat(egress.path(1).path("ports").findValuesAsText("port")).containsExactly(port, "8091");
        assertThat(egress.path(2).path("ports").findValuesAsText("port")).containsExactly(port);
        assertThat(egress).hasSize(3);
    }

    @Test
    void egressForTracesIsLimitedToConfiguredPeers() {
        JsonNode egress = Chart.render(Chart.DIRECTORY.resolve("ci/everything-values.yaml"))
                .one("NetworkPolicy")
                .at("/spec/egress");

        assertThat(egress)
                .filteredOn(rule -> rule.path("ports").findValuesAsText("port").contains("4318"))
                .singleElement()
                .satisfies(rule -> assertThat(rule.path("to").toString()).contains("observability"));
    }

    @ParameterizedTest
    @MethodSource("dev.rodingateway.chart.Chart#variants")
    void egressToAllConfiguredUrlsIsAllowed(Path values) {
        Chart.Manifests manifests = Chart.render(values);

        assertThat(manifests.of("NetworkPolicy"))
                .filteredOn(policy ->
                        Chart.Manifests.selector(policy).equals(Chart.Manifests.selector(manifests.deployment())))
                .allSatisfy(policy -> assertThat(policy.at("/spec/egress").findValuesAsText("port"))
                        .containsAll(Stream.of("RODIN_URL", "OTEL_EXPORTER_OTLP_ENDPOINT", "GATEWAY_REDIS_URL")
                                .map(manifests::variable)
                                .filter(url -> !url.isEmpty())
                                .flatMap(TrafficTest::ports)
                                .toList()));
    }

    /** Returns the port of each host in a URL. */
    private static Stream<String> ports(String url) {
        return Stream.of(url.split(","))
                .map(host -> Pattern.compile(":(\\d+)(/|$)").matcher(host))
                .map(port -> port.find() ? port.group(1) : "443");
    }

    @Test
    void testPodMayAlwaysCallTheGateway() {
        Chart.Manifests manifests = Chart.render(Chart.DIRECTORY.resolve("ci/everything-values.yaml"));
        JsonNode labels = manifests.one("Pod").at("/metadata/labels");

        assertThat(manifests.one("NetworkPolicy").at("/spec/ingress"))
                .filteredOn(rule -> {
                    JsonNode selector = rule.at("/from/0/podSelector/matchLabels");
                    return selector.has("app.kubernetes.io/instance")
                            && selector.properties().stream()
                                    .allMatch(label -> label.getValue().equals(labels.path(label.getKey())));
                })
                .singleElement()
                .satisfies(rule ->
                        assertThat(rule.path("ports").findValuesAsText("port")).containsExactly("http"));
    }

    @Test
    void withoutTheTestPodThereIsNoRuleForIt() {
        assertThat(Chart.render(Map.of("tests.enabled", false))
                        .one("NetworkPolicy")
                        .at("/spec/ingress"))
                .hasSize(2);
    }

    private static JsonNode label(String name, String value) {
        return Chart.YAML
                .createObjectNode()
                .set("matchLabels", Chart.YAML.createObjectNode().put(name, value));
    }

    private static JsonNode ingress(String controller, Map<String, ?> values) {
        return ingress(with(values, Map.of("ingress.controller", controller))).at("/metadata/annotations");
    }

    private static JsonNode ingress(Map<String, ?> values) {
        return Chart.render(with(values, Map.of("ingress.enabled", true))).one("Ingress");
    }

    private static JsonNode route(Map<String, ?> values) {
        return Chart.render(with(values, Map.of("httpRoute.enabled", true, "httpRoute.parentRefs[0].name", "internal")))
                .one("HTTPRoute");
    }

    private static Map<String, Object> with(Map<String, ?> values, Map<String, ?> more) {
        Map<String, Object> all = new HashMap<>(values);
        all.putAll(more);
        return all;
    }
}
