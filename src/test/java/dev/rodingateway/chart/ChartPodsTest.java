package dev.rodingateway.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values whose combination with the defaults an API server would reject; and changes that replace pods. */
class ChartPodsTest {

    private static final List<String> HANDLERS = List.of("exec", "grpc", "httpGet", "tcpSocket");

    @Test
    void strategyRecreateIsRenderedWithoutRollingUpdate() {
        JsonNode recreate = strategy(Map.of("updateStrategy.type", "Recreate"));
        JsonNode standard = strategy(Map.of());

        assertThat(recreate.toString()).isEqualTo("{\"type\":\"Recreate\"}");
        assertThat(standard.toString())
                .isEqualTo("{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":1,\"maxUnavailable\":0}}");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0%, 0", "0, 0%"})
    void rolloutThatCannotReplaceAnyPodIsRejected(String surge, String unavailable) {
        assertThatThrownBy(() -> Chart.render(Map.of(
                        "updateStrategy.rollingUpdate.maxSurge", surge,
                        "updateStrategy.rollingUpdate.maxUnavailable", unavailable)))
                .hasMessageContaining("maxSurge and maxUnavailable cannot both be 0");
    }

    static Stream<Map<String, Object>> handlers() {
        return Stream.of("startupProbe", "readinessProbe", "livenessProbe")
                .flatMap(probe -> Stream.of(
                        Map.of(probe + ".tcpSocket.port", "http"),
                        Map.of(probe + ".grpc.port", 9000),
                        Map.of(probe + ".exec.command[0]", "/bin/true"),
                        Map.of(probe + ".httpGet.path", "/other")));
    }

    @ParameterizedTest
    @MethodSource("handlers")
    void anotherHandlerOfAProbeReplacesTheDefault(Map<String, Object> values) {
        String[] given = values.keySet().iterator().next().split("\\.");
        JsonNode container = Chart.render(values).container();

        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            assertThat(container.path(probe).properties())
                    .extracting(Map.Entry::getKey)
                    .filteredOn(HANDLERS::contains)
                    .containsExactly(probe.equals(given[0]) ? given[1] : "httpGet");
            assertThat(container.path(probe).has("periodSeconds")).isTrue();
        }
    }

    @Test
    void probeHasOneHandler() {
        assertThatThrownBy(() ->
                        Chart.render(Map.of("livenessProbe.tcpSocket.port", "http", "livenessProbe.grpc.port", 9000)))
                .hasMessageContaining("livenessProbe needs one of");
        assertThatThrownBy(() -> Chart.render(Map.of("readinessProbe.httpGet", "null")))
                .hasMessageContaining("readinessProbe needs one of");
    }

    @ParameterizedTest
    @CsvSource({"false, resources, 96Mi", "true, nativeResources, 96Mi"})
    void memoryRequestIsTheLimitUnlessSet(boolean isNative, String values, String memory) {
        JsonNode lower = Chart.render(Map.of("image.native", isNative, values + ".limits.memory", memory))
                .container()
                .path("resources");
        assertThat(lower.at("/requests/memory").asText()).isEqualTo(memory);
        assertThat(lower.at("/requests").has("cpu")).isTrue();

        assertThat(Chart.render(Map.of("image.native", isNative, values + ".requests.memory", memory))
                        .container()
                        .at("/resources/requests/memory")
                        .asText())
                .isEqualTo(memory);
    }

    @ParameterizedTest
    @CsvSource({
        "limits.cpu, 100m",
        "limits.cpu, 0.1",
        "limits.ephemeral-storage, 60M",
        "limits.ephemeral-storage, 32Mi",
        "requests.memory, 1Gi",
        "requests.memory, 500M",
    })
    void requestAboveTheLimitIsRejected(String resource, String quantity) {
        assertThatThrownBy(() -> Chart.render(Map.of("resources." + resource, quantity)))
                .hasMessageContaining("is more than the limit");
    }

    @ParameterizedTest
    @CsvSource({"limits.cpu, 200m", "limits.cpu, 2", "requests.memory, 402653184", "requests.memory, 300M"})
    void requestUpToTheLimitIsAccepted(String resource, String quantity) {
        assertThat(Chart.render(Map.of("resources." + resource, quantity))
                        .container()
                        .path("resources")
                        .toString())
                .contains(quantity);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "QUARKUS_HTTP_PORT",
                "QUARKUS_MANAGEMENT_PORT",
                "quarkus.http.port",
                "quarkus.management.port",
                "_PROD_QUARKUS_HTTP_PORT",
                "QUARKUS_HTTP_HOST",
                "QUARKUS_MANAGEMENT_HOST",
                "QUARKUS_HTTP_HOST_ENABLED",
                "QUARKUS_HTTP_INSECURE_REQUESTS",
                "QUARKUS_MANAGEMENT_ENABLED",
                "_PROD_RODIN_API_KEY",
            })
    void variablesThatChangePortsAreRejected(String name) {
        assertThatThrownBy(() -> Chart.render(Map.of("extraEnv[0].name", name, "extraEnv[0].value", "any")))
                .hasMessageContaining("extraEnv may not have " + name);
    }

    /** Listed variables take precedence over those from ConfigMaps. */
    @Test
    void portsAreSetSoThatConfigMapsCannotChangeThem() {
        Chart.Manifests manifests = Chart.render(Map.of("extraEnvFrom[0].configMapRef.name", "settings"));

        assertThat(manifests.variable("QUARKUS_HTTP_PORT")).isEqualTo("8080");
        assertThat(manifests.variable("QUARKUS_MANAGEMENT_PORT")).isEqualTo("9000");
        assertThat(manifests.container().path("ports").findValuesAsText("containerPort"))
                .containsExactly("8080", "9000");
        assertThat(manifests.container().at("/envFrom/0/configMapRef/name").asText())
                .isEqualTo("settings");
    }

    @ParameterizedTest
    @CsvSource({
        "extraVolumes[0].name, api-key, extraVolumes[0].configMap.name, ca, extraVolumes may not have api-key",
        "extraVolumeMounts[0].name, ca, extraVolumeMounts[0].mountPath, /etc/rodin-gateway/api-key/, extraVolumeMounts may not have",
        "extraEnv[0].name, TWICE, extraEnv[1].name, TWICE, extraEnv has TWICE twice",
    })
    void duplicatesAreRejected(String one, String value, String other, String otherValue, String refusal) {
        assertThatThrownBy(() -> Chart.render(Map.of(one, value, other, otherValue)))
                .hasMessageContaining(refusal);
    }

    /** A null in the values removes a default, such as on OpenShift, which sets the users itself. */
    @ParameterizedTest
    @CsvSource({
        "podSecurityContext.runAsUser, /spec/securityContext/runAsUser",
        "podSecurityContext.fsGroup, /spec/securityContext/fsGroup",
        "resources.limits.ephemeral-storage, /spec/containers/0/resources/limits/ephemeral-storage",
        "resources.requests.cpu, /spec/containers/0/resources/requests/cpu",
        "resources.limits.memory, /spec/containers/0/resources/requests/memory",
    })
    void defaultCanBeRemoved(String value, String place) {
        assertThat(template(Map.of()).at(place)).isNotEqualTo(MissingNode.getInstance());
        assertThat(template(Map.of(value, "null")).at(place)).isEqualTo(MissingNode.getInstance());
    }

    @Test
    void chartVersionAndCommonAnnotationsDoNotReplaceThePods() {
        Map<String, Object> values =
                new HashMap<>(Map.of("image.tag", "1.2.3", "podAnnotations.example\\.com/pod", "is"));
        Chart.Manifests before = Chart.renderAsVersion("1.0.0", values);
        values.put("commonAnnotations.example\\.com/owner", "frontends");
        values.put("deploymentAnnotations.example\\.com/reload", "yes");
        Chart.Manifests after = Chart.renderAsVersion("1.1.0", values);

        assertThat(after.one("Deployment").at("/spec/template"))
                .isEqualTo(before.one("Deployment").at("/spec/template"));
        assertThat(after.one("Deployment")
                        .at("/spec/template/metadata/annotations")
                        .toString())
                .isEqualTo("{\"example.com/pod\":\"is\"}");
        assertThat(after.one("Deployment").at("/metadata/labels/helm.sh~1chart").asText())
                .isEqualTo("rodin-gateway-1.1.0");
        assertThat(after.one("Deployment").at("/metadata/annotations").toString())
                .isEqualTo("{\"example.com/owner\":\"frontends\",\"example.com/reload\":\"yes\"}");
    }

    private static JsonNode strategy(Map<String, ?> values) {
        return Chart.render(values).one("Deployment").at("/spec/strategy");
    }

    private static JsonNode template(Map<String, ?> values) {
        return Chart.render(values).one("Deployment").at("/spec/template");
    }
}
