package dev.rodingateway.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.util.Map;

/** What an API server that refuses unknown fields would say of a manifest, by the published models of its kind. */
final class Models {

    private static final Map<String, Check> KINDS = Map.ofEntries(
            Map.entry("v1/ConfigMap", core(V1ConfigMap::validateJsonElement)),
            Map.entry("v1/Pod", core(V1Pod::validateJsonElement)),
            Map.entry("v1/Service", core(V1Service::validateJsonElement)),
            Map.entry("v1/ServiceAccount", core(V1ServiceAccount::validateJsonElement)),
            Map.entry("apps/v1/Deployment", core(V1Deployment::validateJsonElement)),
            Map.entry("autoscaling/v2/HorizontalPodAutoscaler", core(V2HorizontalPodAutoscaler::validateJsonElement)),
            Map.entry("networking.k8s.io/v1/Ingress", core(V1Ingress::validateJsonElement)),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", core(V1NetworkPolicy::validateJsonElement)),
            Map.entry("policy/v1/PodDisruptionBudget", core(V1PodDisruptionBudget::validateJsonElement)),
            Map.entry("gateway.networking.k8s.io/v1/HTTPRoute", custom(HTTPRoute.class)),
            Map.entry("monitoring.coreos.com/v1/PrometheusRule", custom(PrometheusRule.class)),
            Map.entry("monitoring.coreos.com/v1/ServiceMonitor", custom(ServiceMonitor.class)));

    /** The models would keep an unknown field; without their catch-all it is refused. */
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            });

    private Models() {}

    static boolean know(JsonNode manifest) {
        return KINDS.containsKey(kind(manifest));
    }

    /** @throws Exception when the manifest has an unknown field, lacks a required one, or has one of another type */
    static void validate(JsonNode manifest) throws Exception {
        KINDS.get(kind(manifest)).of(manifest);
    }

    private static String kind(JsonNode manifest) {
        return manifest.path("apiVersion").asText() + "/"
                + manifest.path("kind").asText();
    }

    private static Check core(Elements model) {
        return manifest -> model.validate(JsonParser.parseString(manifest.toString()));
    }

    private static Check custom(Class<?> model) {
        return manifest -> STRICT.treeToValue(manifest, model);
    }

    private interface Check {
        void of(JsonNode manifest) throws IOException, JsonProcessingException;
    }

    private interface Elements {
        void validate(JsonElement manifest) throws IOException;
    }
}
