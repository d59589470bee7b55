package dev.rodingateway.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Effects of the chart's values. */
class ChartTest {

    @Test
    void helmLintFindsNothing() {
        // The required value has no default, and values cannot be passed to lint.
        assertThat(new Helm(Chart.DIRECTORY).lint().call().getMessages())
                .noneMatch(line -> line.contains("[ERROR]") && !line.contains("existingSecret"));
    }

    @ParameterizedTest
    @CsvSource({
        "120, 2, 1, 40",
        "120, 2, 0, 60",
        "120, 1, 1, 60",
        "120, 5, 2, 17",
        "120, 2, 50%, 40",
        "120, 3, 25%, 30",
        "120, 10, 21%, 9",
        "120, 4, 100%, 15",
        "100000, 3, 0, 33333"
    })
    void budgetIsDividedByAllPodsOfARollout(int budget, int replicas, String surge, String share) {
        Chart.Manifests manifests = Chart.render(Map.of(
                "rodin.requestsPerMinute", budget,
                "replicaCount", replicas,
                "updateStrategy.rollingUpdate.maxSurge", surge,
                "updateStrategy.rollingUpdate.maxUnavailable", 1));

        assertThat(manifests.variable("GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE")).isEqualTo(share);
        assertThat(manifests.one("Deployment").at("/spec/replicas").asInt()).isEqualTo(replicas);
    }

    @ParameterizedTest
    @CsvSource({"RollingUpdate, 1, 60", "Recreate, 1, 120", "Recreate, 2, 60", "RollingUpdate, 0, 60"})
    void withoutOverlapThereIsNoSurge(String strategy, int replicas, String share) {
        assertThat(Chart.render(Map.of("updateStrategy.type", strategy, "replicaCount", replicas))
                        .variable("GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE"))
                .isEqualTo(share);
    }

    @Test
    void withASharedStoreTheBudgetIsNotDivided() {
        assertThat(Chart.render(Map.of(
                                "replicaCount", 4,
                                "extraEnv[0].name", "GATEWAY_REDIS_URL",
                                "extraEnv[0].value", "redis://store:6379"))
                        .variable("GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE"))
                .isEqualTo("120");
    }

    @Test
    void notesWarnAboutSeveralReplicasWithoutASharedStore() {
        String warning = "WARNING: 3 replicas without a shared store";
        Map<String, Object> values = new HashMap<>(Map.of("replicaCount", 3));

        assertThat(Chart.render(values).notes())
                .contains("by 3 replicas (replicaCount) and 1 more in a rollout (updateStrategy): 30 a minute each")
                .contains(warning, "taskAffinity.enabled", "service.sessionAffinity=ClientIP");
        assertThat(Chart.render(Map.of("autoscaling.enabled", true, "autoscaling.maxReplicas", 3))
                        .notes())
                .contains(warning);
        assertThat(Chart.render(Map.of("replicaCount", 1)).notes()).doesNotContain("WARNING");

        values.put("taskAffinity.enabled", true);
        values.put("taskAffinity.istio", true);
        assertThat(Chart.render(values).notes()).contains(warning).doesNotContain("service.sessionAffinity");

        values.put("extraEnv[0].name", "GATEWAY_REDIS_URL");
        assertThat(Chart.render(values).notes())
                .contains("120 checks of Rodin a minute for the company, which the replicas share")
                .doesNotContain("WARNING");
    }

    @Test
    void withAnAutoscalerTheBudgetIsDividedByTheMaximumOfReplicasAndTheSurge() {
        Chart.Manifests manifests = Chart.render(Map.of(
                "autoscaling.enabled", true,
                "autoscaling.maxReplicas", 5,
                "replicaCount", 2));

        assertThat(manifests.variable("GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE")).isEqualTo("20");
        assertThat(manifests.one("Deployment").path("spec").has("replicas")).isFalse();
        JsonNode scaler = manifests.one("HorizontalPodAutoscaler");
        assertThat(scaler.at("/spec/scaleTargetRef/name"))
                .isEqualTo(manifests.one("Deployment").at("/metadata/name"));
        assertThat(scaler.at("/spec/maxReplicas").asInt()).isEqualTo(5);
        assertThat(scaler.at("/spec/behavior").has("scaleDown")).isTrue();
        assertThat(manifests.of("PodDisruptionBudget")).hasSize(1);
    }

    @Test
    void budgetSmallerThanTheNumberOfReplicasIsRejected() {
        assertThatThrownBy(() -> Chart.render(Map.of("rodin.requestsPerMinute", 3, "replicaCount", 3)))
                .hasMessageContaining("rodin.requestsPerMinute");
    }

    @Test
    void secretIsRequired() {
        assertThatThrownBy(() -> Chart.render(Map.of("existingSecret", ""))).hasMessageContaining("existingSecret");
    }

    @ParameterizedTest
    @MethodSource("dev.rodingateway.chart.Chart#variants")
    void apiKeyIsAFileOfASecretThatTheChartDoesNotCreate(Path values) {
        Chart.Manifests manifests = Chart.render(values);

        assertThat(manifests.of("Secret"))
                .allSatisfy(secret ->
                        assertThat(secret.at("/metadata/name").asText()).isEqualTo("release-rodin-gateway-valkey"));
        assertThat(manifests.container().at("/env").findValuesAsText("name")).doesNotContain("RODIN_API_KEY");
        assertThat(manifests.container().path("env").findValue("secretKeyRef")).isNull();
        JsonNode mount = manifests.container().at("/volumeMounts/0");
        assertThat(mount.path("readOnly").asBoolean()).isTrue();
        assertThat(mount.has("subPath")).as("a file that is never updated").isFalse();
        assertThat(manifests.pod().at("/volumes/0/secret/secretName").asText()).isEqualTo("rodin-api-key");
        assertThat(manifests.variable("RODIN_API_KEY_FILE"))
                .isEqualTo(mount.path("mountPath").asText() + "/"
                        + manifests.pod().at("/volumes/0/secret/items/0/path").asText());
    }

    @ParameterizedTest
    @CsvSource({"5, 15, 0, 25", "10, 20, 5, 40", "0, 1, 0, 6"})
    void gracePeriodIsLongerThanTheDrain(int delay, int timeout, int preStop, int grace) {
        Chart.Manifests manifests = Chart.render(Map.of(
                "drain.delaySeconds", delay,
                "drain.timeoutSeconds", timeout,
                "drain.preStopSeconds", preStop));

        assertThat(manifests.pod().path("terminationGracePeriodSeconds").asInt())
                .isEqualTo(grace)
                .isGreaterThan(delay + timeout + preStop);
        assertThat(manifests.variable("QUARKUS_SHUTDOWN_DELAY")).isEqualTo(delay + "s");
        assertThat(manifests.variable("QUARKUS_SHUTDOWN_TIMEOUT")).isEqualTo(timeout + "s");
        assertThat(manifests.container().at("/lifecycle/preStop/sleep/seconds").asInt())
                .isEqualTo(preStop);
    }

    @Test
    void sleepThatTheClusterDoesNotSupportIsRejected() {
        assertThatThrownBy(() -> Chart.render("1.29.9", Map.of("drain.preStopSeconds", 5)))
                .hasMessageContaining("drain.preStopSeconds needs Kubernetes 1.30");

        assertThat(Chart.render("1.28.0", Map.of()).container().has("lifecycle"))
                .isFalse();
        assertThat(Chart.render("1.30.0", Map.of("drain.preStopSeconds", 5))
                        .container()
                        .has("lifecycle"))
                .isTrue();
    }

    @Test
    void probesUseTheManagementPort() {
        Chart.Manifests manifests = Chart.render(Map.of());

        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            assertThat(manifests.container().path(probe).at("/httpGet/port").asText())
                    .as(probe)
                    .isEqualTo("management");
        }
        assertThat(manifests.container().path("ports").toString())
                .contains("{\"name\":\"management\",\"containerPort\":9000}");
    }

    @Test
    void byDefaultEgressIsLimitedToDnsAndHttps() {
        JsonNode policy = Chart.render(Map.of()).one("NetworkPolicy");

        assertThat(policy.at("/spec/policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
        assertThat(policy.at("/spec/egress").findValuesAsText("port")).containsExactlyInAnyOrder("53", "53", "443");
        assertThat(policy.at("/spec/egress"))
                .allSatisfy(rule -> assertThat(rule.path("to")).isNotEmpty());
        assertThat(policy.at("/spec/ingress"))
                .allSatisfy(rule -> assertThat(rule.path("from")).isNotEmpty());
    }

    @Test
    void tracesAreDisabledUnlessAnEndpointIsSet() {
        assertThat(Chart.render(Map.of()).container().path("env").findValuesAsText("name"))
                .noneMatch(name -> name.startsWith("OTEL_"));

        Chart.Manifests traced = Chart.render(Map.of("tracing.endpoint", "http://collector:4317"));
        assertThat(traced.variable("OTEL_EXPORTER_OTLP_ENDPOINT")).isEqualTo("http://collector:4317");
        assertThat(traced.variable("OTEL_EXPORTER_OTLP_PROTOCOL")).isEqualTo("grpc");
        assertThat(traced.variable("OTEL_TRACES_SAMPLER_ARG")).isEqualTo("0.01");
    }

    @Test
    void imageTagIsTheChartsVersionByDefault() throws IOException {
        String version = Chart.YAML
                .readTree(Chart.DIRECTORY.resolve("Chart.yaml").toFile())
                .path("appVersion")
                .asText();
        String digest = "sha256:" + "0".repeat(64);

        assertThat(image(Map.of())).endsWith("/rodin-gateway:" + version);
        assertThat(image(Map.of("image.native", true))).endsWith(":" + version + "-native");
        assertThat(image(Map.of("image.tag", "v9"))).endsWith(":v9");
        assertThat(image(Map.of("image.tag", "v9", "image.digest", digest))).endsWith("/rodin-gateway@" + digest);
    }

    @Test
    void nativeImageHasItsOwnResources() {
        assertThat(Chart.render(Map.of("image.native", true)).container().at("/resources/limits/memory"))
                .isNotEqualTo(Chart.render(Map.of()).container().at("/resources/limits/memory"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ConfigMap", "DestinationRule", "HTTPRoute", "Ingress", "PrometheusRule", "ServiceMonitor"})
    void kindsThatAClusterMayLackAreDisabledByDefault(String kind) {
        assertThat(Chart.render(Map.of()).of(kind)).isEmpty();
        assertThat(Chart.render(Chart.DIRECTORY.resolve("ci/everything-values.yaml"))
                        .of(kind))
                .isNotEmpty();
    }

    @Test
    void prometheusRuleHasTheAlertsOfTheFile() throws IOException {
        JsonNode file =
                Chart.YAML.readTree(Chart.DIRECTORY.resolve("files/alerts.yaml").toFile());
        JsonNode rule = Chart.render(Map.of("prometheusRule.enabled", true)).one("PrometheusRule");

        assertThat(file.findValuesAsText("alert")).hasSizeGreaterThan(6);
        assertThat(rule.at("/spec").findValuesAsText("alert")).isEqualTo(file.findValuesAsText("alert"));
        assertThat(rule.toString()).doesNotContain("rodin-gateway-deployment");
    }

    @Test
    void everyEnvironmentVariableIsInTheConfigurationReference() throws IOException {
        String reference = Files.readString(Path.of("docs", "configuration.md"));
        JsonNode env = Chart.render(Map.of("tracing.endpoint", "http://collector:4317", "gateway.watchPage", true))
                .container()
                .path("env");

        assertThat(env.findValuesAsText("name")).hasSizeGreaterThan(10).allSatisfy(name -> assertThat(reference)
                .contains("`" + name + "`"));
    }

    @ParameterizedTest
    @CsvSource({
        "/spec/priorityClassName, high",
        "/spec/nodeSelector/kubernetes.io~1arch, amd64",
        "/spec/tolerations/0/key, dedicated",
        "/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/0/weight, 1",
        "/spec/imagePullSecrets/0/name, pull",
        "/spec/volumes/2/configMap/name, company-ca",
        "/spec/containers/0/volumeMounts/2/mountPath, /etc/company",
        "/spec/containers/0/volumeMounts/2/readOnly, true",
        "/metadata/labels/team, frontends",
        "/metadata/labels/cost-center, 42",
        "/metadata/annotations/example.com~1note, pods",
        "/spec/dnsConfig/options/0/name, ndots",
        "/spec/dnsPolicy, ClusterFirst",
        "/spec/containers/0/envFrom/0/secretRef/name, proxy",
    })
    void valuesForPodsAreRendered(String place, String given) {
        assertThat(everything().one("Deployment").at("/spec/template").at(place).asText())
                .isEqualTo(given);
    }

    @ParameterizedTest
    @CsvSource({
        "Deployment, /spec/minReadySeconds, 5",
        "Deployment, /metadata/annotations/reloader.example.com~1auto, true",
        "Service, /spec/trafficDistribution, PreferClose",
        "Service, /spec/sessionAffinity, ClientIP",
        "ServiceMonitor, /spec/endpoints/0/scrapeTimeout, 10s",
        "ServiceMonitor, /spec/endpoints/0/relabelings/0/targetLabel, node",
        "ServiceMonitor, /spec/endpoints/0/metricRelabelings/0/action, drop",
        "VerticalPodAutoscaler, /metadata/name, of-release",
        "Role, /metadata/name, of-apps",
        "HorizontalPodAutoscaler, /spec/metrics/0/resource/target/averageUtilization, 70",
        "HorizontalPodAutoscaler, /spec/metrics/1/pods/metric/name, gateway_lookups_per_second",
        "HorizontalPodAutoscaler, /spec/metrics/1/pods/target/averageValue, 500",
        "HorizontalPodAutoscaler, /spec/metrics/2/pods/metric/name, gateway_watchers",
        "HorizontalPodAutoscaler, /spec/metrics/2/pods/target/averageValue, 1500",
        "HorizontalPodAutoscaler, /spec/metrics/3/external/metric/name, queue_length",
    })
    void otherValuesAreRendered(String kind, String place, String given) {
        assertThat(everything().of(kind).get(0).at(place).asText()).isEqualTo(given);
    }

    @Test
    void autoscalerTargetsHaveToBeReachable() {
        Map<String, Object> values =
                new HashMap<>(Map.of("autoscaling.enabled", true, "autoscaling.targetCPUUtilizationPercentage", 0));
        assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining("needs a metric");

        values.put("autoscaling.targetWatchers", 2000);
        assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining("autoscaling.targetWatchers");

        values.put("autoscaling.targetWatchers", 1999);
        assertThat(Chart.render(values)
                        .one("HorizontalPodAutoscaler")
                        .at("/spec/metrics")
                        .findValuesAsText("name"))
                .containsExactly("gateway_watchers");
    }

    @ParameterizedTest
    @CsvSource({"1.30.9, PreferClose, 1.31", "1.33.1, PreferSameZone, 1.34", "1.33.1, PreferSameNode, 1.34"})
    void trafficDistributionThatTheClusterDoesNotSupportIsRejected(
            String kubernetes, String distribution, String since) {
        Map<String, String> values = Map.of("service.trafficDistribution", distribution);

        assertThatThrownBy(() -> Chart.render(kubernetes, values)).hasMessageContaining("needs Kubernetes " + since);
        assertThat(Chart.render(since + ".0", values)
                        .one("Service")
                        .at("/spec/trafficDistribution")
                        .asText())
                .isEqualTo(distribution);
        assertThat(Chart.render(kubernetes, Map.of())
                        .one("Service")
                        .path("spec")
                        .has("trafficDistribution"))
                .isFalse();
    }

    @Test
    void furtherVariablesAreAdded() {
        assertThat(everything().variable("QUARKUS_TLS_TRUST_STORE_PEM_CERTS")).isEqualTo("/etc/company/ca.pem");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RODIN_API_KEY",
                "RODIN_API_KEY_FILE",
                "rodin.api-key",
                "GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE",
                "QUARKUS_SHUTDOWN_DELAY"
            })
    void furtherVariablesMustNotReplaceTheKeyOrTheChartsOwn(String name) {
        assertThatThrownBy(() -> Chart.render(Map.of("extraEnv[0].name", name, "extraEnv[0].value", "any")))
                .hasMessageContaining("extraEnv may not have " + name);
    }

    @Test
    void variablesThatTheChartSetsCannotBeSetAgain() {
        Map<String, Object> values = new HashMap<>(Map.of(
                "tracing.endpoint", "http://collector:4317", "gateway.corsOrigins[0]", "https://app.example.com"));
        List<String> names = Chart.render(values).container().path("env").findValuesAsText("name");

        assertThat(names).hasSizeGreaterThan(15).allSatisfy(name -> {
            values.put("extraEnv[0].name", name);
            assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining("extraEnv may not have " + name);
        });
    }

    @Test
    void podsAreSpreadOverNodesAndZonesIfPossible() {
        JsonNode constraints = Chart.render(Map.of()).pod().path("topologySpreadConstraints");

        assertThat(constraints.findValuesAsText("topologyKey"))
                .containsExactly("kubernetes.io/hostname", "topology.kubernetes.io/zone");
        assertThat(constraints.findValuesAsText("whenUnsatisfiable")).containsOnly("ScheduleAnyway");
    }

    @Test
    void spreadConstraintSelectsTheGatewaysPodsByDefault() {
        Map<String, Object> values = new HashMap<>();
        for (String constraint : List.of("topologySpreadConstraints[0]", "topologySpreadConstraints[1]")) {
            values.put(constraint + ".maxSkew", 1);
            values.put(constraint + ".topologyKey", "rack");
            values.put(constraint + ".whenUnsatisfiable", "DoNotSchedule");
        }
        values.put("topologySpreadConstraints[1].labelSelector.matchLabels.app\\.kubernetes\\.io/name", "another");

        Chart.Manifests manifests = Chart.render(values);

        JsonNode constraints = manifests.pod().path("topologySpreadConstraints");

        assertThat(constraints.findValuesAsText("topologyKey")).containsExactly("rack", "rack");
        assertThat(constraints.at("/0/labelSelector"))
                .isEqualTo(manifests.one("Deployment").at("/spec/selector"));
        assertThat(constraints
                        .at("/1/labelSelector/matchLabels/app.kubernetes.io~1name")
                        .asText())
                .isEqualTo("another");
    }

    @Test
    void commonLabelsAndAnnotationsAreOnEveryObject() {
        // Extra objects belong to the user.
        List<JsonNode> own = everything().all().stream()
                .filter(manifest -> !manifest.at("/metadata/name").asText().startsWith("of-"))
                .toList();
        assertThat(own).hasSizeGreaterThan(10).allSatisfy(manifest -> {
            assertThat(manifest.at("/metadata/labels/cost-center").asText()).isEqualTo("42");
            assertThat(manifest.at("/metadata/annotations/example.com~1owner").asText())
                    .isEqualTo("frontends");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"commonLabels", "podLabels"})
    void labelsOfSelectorsCannotBeReplaced(String labels) {
        Chart.Manifests manifests = Chart.render(
                Map.of(labels + ".app\\.kubernetes\\.io/instance", "another", "serviceMonitor.enabled", true));

        assertThat(manifests.all())
                .extracting(manifest -> manifest.at("/metadata/labels/app.kubernetes.io~1instance")
                        .asText())
                .containsOnly("release");
        assertThat(manifests
                        .one("Deployment")
                        .at("/spec/template/metadata/labels/app.kubernetes.io~1instance")
                        .asText())
                .isEqualTo("release");
    }

    @Test
    void disruptionBudgetEvictsOnePodAtATimeAndAlwaysUnhealthyOnes() {
        JsonNode budget = Chart.render(Map.of()).one("PodDisruptionBudget");

        assertThat(budget.at("/spec/maxUnavailable").asInt()).isEqualTo(1);
        assertThat(budget.at("/spec/unhealthyPodEvictionPolicy").asText()).isEqualTo("AlwaysAllow");
    }

    @Test
    void testPodIsOptional() {
        JsonNode annotations = Chart.render(Map.of()).one("Pod").at("/metadata/annotations");

        assertThat(annotations.path("helm.sh/hook").asText()).isEqualTo("test");
        assertThat(annotations.path("helm.sh/hook-delete-policy").asText())
                .isEqualTo("before-hook-creation,hook-succeeded");
        assertThat(Chart.render(Map.of("tests.enabled", false)).of("Pod")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"imagePullSecrets", "priorityClassName", "nodeSelector", "tolerations"})
    void testPodIsScheduledLikeTheGatewaysPods(String field) {
        assertThat(everything().one("Pod").path("spec").path(field))
                .isNotEqualTo(MissingNode.getInstance())
                .isEqualTo(everything().pod().path(field));
    }

    @Test
    void testImageMayHaveAnotherRegistryAndADigest() {
        JsonNode standard = Chart.render(Map.of()).one("Pod").at("/spec/containers/0");
        assertThat(standard.path("image").asText()).startsWith("docker.io/curlimages/curl:");
        assertThat(standard.path("imagePullPolicy").asText()).isEqualTo("IfNotPresent");

        assertThat(everything().one("Pod").at("/spec/containers/0/image").asText())
                .isEqualTo("registry.example.com/curlimages/curl@sha256:"
                        + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    }

    @Test
    void dashboardIsThatOfTheFile() throws IOException {
        JsonNode map = Chart.render(Map.of("dashboard.enabled", true)).one("ConfigMap");

        assertThat(map.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
        assertThat(Chart.YAML.readTree(
                        map.path("data").path("rodin-gateway.json").asText()))
                .isEqualTo(Chart.YAML.readTree(
                        Chart.DIRECTORY.resolve("files/dashboard.json").toFile()));
    }

    private static Chart.Manifests everything() {
        return Chart.render(Chart.DIRECTORY.resolve("ci/everything-values.yaml"));
    }

    private static String image(Map<String, ?> values) {
        return Chart.render(values).container().path("image").asText();
    }
}
