package dev.rodingateway.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The manifests of each of the chart's variants, validated like an API server does, and against common security
 * policies.
 */
class ManifestsTest {

    private static final Set<String> WITHOUT_A_MODEL = Set.of("DestinationRule", "VerticalPodAutoscaler", "Role");

    @ParameterizedTest
    @MethodSource("dev.rodingateway.chart.Chart#variants")
    void everyManifestIsValidForItsModel(Path values) {
        List<JsonNode> manifests = Chart.render(values).all();

        assertThat(manifests).hasSizeGreaterThan(2).allSatisfy(manifest -> {
            if (!WITHOUT_A_MODEL.contains(manifest.path("kind").asText())) {
                assertThat(Models.know(manifest)).as("a model of %s", manifest).isTrue();
                assertThatCode(() -> Models.validate(manifest))
                        .as("%s", manifest)
                        .doesNotThrowAnyException();
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "Deployment, /spec/template/spec/containers/0, livenesProbe",
        "Deployment, /spec/template/spec, priorityclassName",
        "Service, /spec, sessionaffinity",
        "HTTPRoute, /spec/rules/0, timeout",
        "ServiceMonitor, /spec/endpoints/0, intervall",
        "PrometheusRule, /spec/groups/0/rules/0, annotation",
        "NetworkPolicy, /spec, policyType",
        "HorizontalPodAutoscaler, /spec, maxReplica",
    })
    void misspeltFieldIsDetected(String kind, String at, String field) {
        JsonNode manifest = Chart.render(Chart.DIRECTORY.resolve("ci/everything-values.yaml"))
                .of(kind)
                .get(0);

        ((ObjectNode) manifest.at(at)).put(field, 1);

        assertThatThrownBy(() -> Models.validate(manifest)).hasMessageContaining(field);
    }

    @ParameterizedTest
    @MethodSource("dev.rodingateway.chart.Chart#variants")
    void namesAreValidAndNothingIsRenderedTwice(Path values) {
        Set<String> seen = new HashSet<>();

        assertThat(Chart.render(values).all()).allSatisfy(manifest -> {
            String name = manifest.at("/metadata/name").asText();
            assertThat(name).matches("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
            assertThat(manifest.at("/metadata/namespace").asText()).isEqualTo("apps");
            if (!name.startsWith("of-")) {
                assertThat(manifest.at("/metadata/labels/app.kubernetes.io~1name")
                                .asText())
                        .isEqualTo("rodin-gateway");
            }
            assertThat(seen.add(manifest.path("kind").asText() + "/" + name))
                    .as(name)
                    .isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("dev.rodingateway.chart.Chart#variants")
    void everyPodIsRestrictedAndLimitedAndHasNoClusterToken(Path values) {
        Chart.Manifests manifests = Chart.render(values);
        List<JsonNode> pods = new ArrayList<>();
        manifests.of("Deployment").forEach(deployment -> pods.add(deployment.at("/spec/template/spec")));
        manifests.of("Pod").forEach(pod -> pods.add(pod.path("spec")));

        int tests = values.endsWith("least-values.yaml") ? 0 : 1;
        int valkeys = values.getFileName().toString().startsWith("valkey") ? 1 : 0;
        assertThat(pods).hasSize(1 + tests + valkeys).allSatisfy(pod -> {
            assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
            assertThat(pod.has("hostNetwork") || pod.has("hostPID") || pod.has("hostIPC"))
                    .isFalse();
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.at("/securityContext/runAsUser").asInt()).isPositive();
            assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            assertThat(pod.path("containers")).isNotEmpty().allSatisfy(container -> {
                for (String resource : List.of("cpu", "memory", "ephemeral-storage")) {
                    assertThat(container.at("/resources/requests").has(resource))
                            .as("a request of %s", resource)
                            .isTrue();
                }
                for (String resource : List.of("memory", "ephemeral-storage")) {
                    assertThat(container.at("/resources/limits").has(resource))
                            .as("a limit of %s", resource)
                            .isTrue();
                }
                JsonNode context = container.path("securityContext");
                assertThat(context.path("allowPrivilegeEscalation").asBoolean(true))
                        .isFalse();
                assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(context.at("/capabilities/drop").toString()).isEqualTo("[\"ALL\"]");
                assertThat(context.at("/capabilities").has("add")).isFalse();
            });
            assertThat(pod.path("volumes"))
                    .allSatisfy(volume -> assertThat(volume.has("hostPath")).isFalse());
        });
    }

    @ParameterizedTest
    @MethodSource("dev.rodingateway.chart.Chart#variants")
    void selectorsMatchThePodsOfOneComponentButNotOfTests(Path values) {
        Chart.Manifests manifests = Chart.render(values);
        Map<JsonNode, JsonNode> podsByLabels = new HashMap<>();

        assertThat(manifests.of("Deployment")).isNotEmpty().allSatisfy(deployment -> {
            JsonNode selector = Chart.Manifests.selector(deployment);
            JsonNode labels = deployment.at("/spec/template/metadata/labels");
            assertThat(selector).isNotEmpty();
            selector.properties()
                    .forEach(label -> assertThat(labels.path(label.getKey())).isEqualTo(label.getValue()));
            podsByLabels.put(selector, deployment.at("/spec/template/spec"));
        });
        assertThat(manifests.of("Service")).isNotEmpty().allSatisfy(service -> {
            JsonNode pod = podsByLabels.get(Chart.Manifests.selector(service));
            assertThat(service.at("/spec/ports")).allSatisfy(port -> assertThat(
                            Chart.Manifests.container(pod).path("ports").findValuesAsText("name"))
                    .contains(port.path("targetPort").asText()));
        });
        for (String kind : List.of("PodDisruptionBudget", "NetworkPolicy")) {
            assertThat(manifests.of(kind))
                    .extracting(Chart.Manifests::selector)
                    .doesNotHaveDuplicates()
                    .isSubsetOf(podsByLabels.keySet());
        }
        assertThat(manifests.of("Pod")).allSatisfy(test -> assertThat(podsByLabels.keySet())
                .noneMatch(selector -> selector.path("app.kubernetes.io/component")
                        .equals(test.at("/metadata/labels/app.kubernetes.io~1component"))));
    }

    @Test
    void destinationRuleSendsATaskToOneReplica() {
        JsonNode rule = Chart.render(Chart.DIRECTORY.resolve("ci/everything-values.yaml"))
                .one("DestinationRule");

        assertThat(rule.path("apiVersion").asText()).isEqualTo("networking.istio.io/v1");
        assertThat(rule.path("spec").fieldNames()).toIterable().containsExactlyInAnyOrder("host", "trafficPolicy");
        assertThat(rule.at("/spec/trafficPolicy/loadBalancer").fieldNames())
                .toIterable()
                .containsExactly("consistentHash");
    }
}
