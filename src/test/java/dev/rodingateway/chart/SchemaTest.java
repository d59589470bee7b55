package dev.rodingateway.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the schema of the chart's values. */
class SchemaTest {

    /** Values of a parent chart, and values that are too large to be specified. */
    private static final Set<String> OPEN = Set.of(
            "/properties/global",
            "/properties/extraObjects/items",
            "/properties/affinity/properties/nodeAffinity",
            "/properties/affinity/properties/podAffinity",
            "/properties/affinity/properties/podAntiAffinity");

    @Test
    void everyValueHasATypeAndEveryObjectListsItsFields() throws IOException {
        List<String> open = new ArrayList<>();

        walk(schema(), "", open);
        schema().path("definitions")
                .properties()
                .forEach(definition -> walk(definition.getValue(), "/definitions/" + definition.getKey(), open));

        assertThat(open).containsExactlyInAnyOrderElementsOf(OPEN);
    }

    @ParameterizedTest
    @CsvSource({
        "replicas, 3, replicas",
        "gateway.fresh, 5s, fresh",
        "gateway.freshness.wating, 5s, wating",
        "gateway.freshness.waiting, 0s, waiting",
        "gateway.freshness.terminal, 24, terminal",
        "gateway.staleFor, PT, staleFor",
        "gateway.upstreamTimeout, P1, upstreamTimeout",
        "networkPolicy.ingres, any, ingres",
        "networkPolicy.ingressFrom[0].podSelectr.matchLabels.app, any, podSelectr",
        "networkPolicy.extraEgress[0].from[0].ipBlock.cidr, 10.0.0.0/8, from",
        "networkPolicy.rodinTo[0].ipBlock.cdir, 10.0.0.0/8, cdir",
        "podSecurityContext.runAsRoot, false, runAsRoot",
        "podSecurityContext.seccompProfile.type, Default, type",
        "securityContext.readOnlyRootFileSystem, true, readOnlyRootFileSystem",
        "securityContext.capabilities.drops[0], ALL, drops",
        "startupProbe.httpGet.prot, management, prot",
        "readinessProbe.periodSecond, 2, periodSecond",
        "livenessProbe.failureThreshold, 0, failureThreshold",
        "autoscaling.behavior.scaleUp.policy, Max, policy",
        "autoscaling.behavior.scaleDown.policies[0].period, 30, period",
        "topologySpreadConstraints[0].topologykey, zone, topologykey",
        "tolerations[0].effects, NoSchedule, effects",
        "affinity.podAntiaffinity.any, thing, podAntiaffinity",
        "extraEnv[0].valueFrom.secretRef.name, any, secretRef",
        "extraVolumes[0].hostPath.path, /, hostPath",
        "extraVolumes[0].configMap.nam, ca, nam",
        "extraVolumeMounts[0].mountpath, /etc/ca, mountpath",
        "httpRoute.parentRefs[0].gateway, internal, gateway",
        "resources.limit.memory, 384Mi, limit",
        "nameOverride, Gateway, nameOverride",
        "nameOverride, 2nd, nameOverride",
        "fullnameOverride, rodin_gateway, fullnameOverride",
        "fullnameOverride, gateway-, fullnameOverride",
        "existingSecretKey, .., existingSecretKey",
        "existingSecret, a..b, existingSecret",
        "priorityClassName, High, priorityClassName",
        "serviceAccount.name, a_b, name",
        "ingress.className, a b, className",
        "ingress.hosts[0].host, a_b.example.com, host",
        "ingress.tls[0].secretName, A, secretName",
        "httpRoute.hostnames[0], a b, hostnames",
        "httpRoute.timeouts.request, 123456s, request",
        "podLabels.team, a b, team",
        "commonLabels.a b, c, a b",
        "podAnnotations.a b, c, a b",
        "podDisruptionBudget.maxUnavailable, 0%, maxUnavailable",
        "podDisruptionBudget.maxUnavailable, 101%, maxUnavailable",
        "updateStrategy.rollingUpdate.maxUnavailable, 101%, maxUnavailable",
        "updateStrategy.rollingUpdate.maxSurge, many, maxSurge",
        "updateStrategy.rollingUpdate.maxSurge, -1, maxSurge",
        "resources.limits.memory, 384MB, memory",
        "resources.limits.cpu, -1, cpu",
        "livenessProbe.successThreshold, 2, successThreshold",
        "startupProbe.successThreshold, 2, successThreshold",
        "readinessProbe.terminationGracePeriodSeconds, 5, terminationGracePeriodSeconds",
        "extraVolumes[0].name, a.b, name",
        "autoscaling.metrics[0].type, Pod, type",
        "autoscaling.metrics[0].pods.metrics.name, any, metrics",
        "autoscaling.targetWatchers, -1, targetWatchers",
        "service.trafficDistribution, Near, trafficDistribution",
        "service.sessionAffinity, Cookie, sessionAffinity",
        "dnsPolicy, Cluster, dnsPolicy",
        "dnsConfig.option[0].name, ndots, option",
        "extraEnvFrom[0].configMap.name, any, configMap",
        "serviceMonitor.relabelings[0].action, rename, action",
        "serviceMonitor.relabelings[0].sourcelabels[0], a, sourcelabels",
        "serviceMonitor.scrapeTimeout, soon, scrapeTimeout",
        "minReadySeconds, -1, minReadySeconds",
        "deploymentAnnotations.a b, c, a b",
        "gateway.logLevel, LOUD, logLevel",
    })
    void invalidValuesAreRejectedByName(String value, String given, String name) {
        assertThatThrownBy(() -> Chart.render(Map.of(value, given)))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(name);
    }

    /** As {@code StartIT} tests for the gateway. */
    @Test
    void anyOriginIsAllowedOnlyAlone() {
        assertThatThrownBy(() -> Chart.render(
                        Map.of("gateway.corsOrigins[0]", "https://a.example.com", "gateway.corsOrigins[1]", "*")))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining("corsOrigins");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gateway.freshness.waiting=500ms",
                "gateway.staleFor=365d",
                "nameOverride=status",
                "podSecurityContext.supplementalGroups[0]=2000",
                "podSecurityContext.appArmorProfile.type=RuntimeDefault",
                "securityContext.seLinuxOptions.level=s0",
                "startupProbe.initialDelaySeconds=1",
                "livenessProbe.httpGet.httpHeaders[0].name=Accept,livenessProbe.httpGet.httpHeaders[0].value=any",
                "autoscaling.behavior.scaleUp.selectPolicy=Max",
                "tolerations[0].operator=Exists",
                "networkPolicy.ingressFrom[0].ipBlock.cidr=10.0.0.0/8,networkPolicy.ingressFrom[0].ipBlock.except[0]=10.1.0.0/16",
                "networkPolicy.extraEgress[0].ports[0].port=3128,networkPolicy.extraEgress[0].ports[0].endPort=3130",
                "extraEnv[0].name=NODE,extraEnv[0].valueFrom.fieldRef.fieldPath=spec.nodeName",
                "extraVolumes[0].name=tmp,extraVolumes[0].emptyDir.sizeLimit=16Mi",
                "extraVolumes[0].name=ca,extraVolumes[0].secret.secretName=ca,extraVolumes[0].secret.items[0].key=a,"
                        + "extraVolumes[0].secret.items[0].path=b",
                "extraVolumes[0].name=ca,extraVolumes[0].projected.sources[0].configMap.name=ca",
                "extraVolumes[0].name=key,extraVolumes[0].csi.driver=secrets-store.csi.k8s.io,extraVolumes[0].csi.readOnly=true,"
                        + "extraVolumes[0].csi.volumeAttributes.secretProviderClass=vault",
                "resources.limits.cpu=1",
                "resources.limits.memory=1.5Gi",
                "resources.limits.memory=512e6",
                "podDisruptionBudget.maxUnavailable=50%",
                "readinessProbe.successThreshold=2",
                "livenessProbe.terminationGracePeriodSeconds=5",
                "dnsConfig.nameservers[0]=10.0.0.10,dnsConfig.searches[0]=example.com,dnsPolicy=None",
                "extraEnvFrom[0].prefix=A_,extraEnvFrom[0].secretRef.name=any,extraEnvFrom[0].secretRef.optional=true",
                "service.trafficDistribution=PreferSameNode",
                "autoscaling.enabled=true,autoscaling.metrics[0].type=ContainerResource,autoscaling.metrics[0].containerResource.name=memory,"
                        + "autoscaling.metrics[0].containerResource.container=gateway,autoscaling.metrics[0].containerResource.target.type=Utilization,"
                        + "autoscaling.metrics[0].containerResource.target.averageUtilization=80",
                "serviceMonitor.enabled=true,serviceMonitor.relabelings[0].sourceLabels[0]=__meta_kubernetes_pod_node_name,"
                        + "serviceMonitor.relabelings[0].targetLabel=node",
            })
    void validKubernetesFieldsAreAccepted(String given) {
        Map<String, String> values = Stream.of(given.split(","))
                .map(value -> value.split("="))
                .collect(Collectors.toMap(value -> value[0], value -> value[1]));

        assertThat(Chart.render(values).all()).allSatisfy(Models::validate);
    }

    private static JsonNode schema() throws IOException {
        return Chart.YAML.readTree(Chart.DIRECTORY.resolve("values.schema.json").toFile());
    }

    /** Collects the parts that accept a field of any name or a value of any type. */
    private static void walk(JsonNode part, String place, List<String> open) {
        if (part.has("$ref") || part.has("enum")) {
            return;
        }
        part.path("oneOf").forEach(choice -> walk(choice, place, open));
        part.path("properties")
                .properties()
                .forEach(field -> walk(field.getValue(), place + "/properties/" + field.getKey(), open));
        String types = part.path("type").toString();
        if (types.contains("array")) {
            walk(part.path("items"), place + "/items", open);
        } else if (types.contains("object") && part.path("additionalProperties").isObject()) {
            walk(part.path("additionalProperties"), place + "/*", open);
        } else if (types.contains("object")
                ? part.path("additionalProperties").asBoolean(true)
                : types.isEmpty() && !part.has("oneOf")) {
            open.add(place);
        }
    }
}
