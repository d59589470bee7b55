package dev.rodingateway.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Validates manifests like an API server that rejects unknown fields, with the published models of their kinds. */
final class Models {

    private static final Map<String, Check> KINDS = Map.ofEntries(
            Map.entry("v1/ConfigMap", core(V1ConfigMap.class, V1ConfigMap::validateJsonElement)),
            Map.entry("v1/Pod", core(V1Pod.class, V1Pod::validateJsonElement)),
            Map.entry("v1/Secret", core(V1Secret.class, V1Secret::validateJsonElement)),
            Map.entry("v1/Service", core(V1Service.class, V1Service::validateJsonElement)),
            Map.entry("v1/ServiceAccount", core(V1ServiceAccount.class, V1ServiceAccount::validateJsonElement)),
            Map.entry("apps/v1/Deployment", core(V1Deployment.class, V1Deployment::validateJsonElement)),
            Map.entry(
                    "autoscaling/v2/HorizontalPodAutoscaler",
                    core(V2HorizontalPodAutoscaler.class, V2HorizontalPodAutoscaler::validateJsonElement)),
            Map.entry("networking.k8s.io/v1/Ingress", core(V1Ingress.class, V1Ingress::validateJsonElement)),
            Map.entry(
                    "networking.k8s.io/v1/NetworkPolicy",
                    core(V1NetworkPolicy.class, V1NetworkPolicy::validateJsonElement)),
            Map.entry(
                    "policy/v1/PodDisruptionBudget",
                    core(V1PodDisruptionBudget.class, V1PodDisruptionBudget::validateJsonElement)),
            Map.entry("gateway.networking.k8s.io/v1/HTTPRoute", custom(HTTPRoute.class)),
            Map.entry("monitoring.coreos.com/v1/PrometheusRule", custom(PrometheusRule.class)),
            Map.entry("monitoring.coreos.com/v1/ServiceMonitor", custom(ServiceMonitor.class)));

    /** Without the catch-all of the models an unknown field is rejected. */
    private static final ObjectMapper STRICT = strict();

    private static final Gson GSON = JSON.getGson();

    /** Fields for which a number is equivalent to a string. */
    private static final Pattern QUANTITY = Pattern.compile("/(limits|requests)/|/(sizeLimit|divisor)$");

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

    private static Check core(Class<?> type, Elements model) {
        return manifest -> {
            JsonElement element = JsonParser.parseString(manifest.toString());
            model.validate(element);
            // The model accepts any scalar as a string, the API server does not.
            JsonNode read = STRICT.readTree(GSON.toJson(GSON.fromJson(element, type)));
            rejectScalarsParsedAsText("", manifest, read);
        };
    }

    private static void rejectScalarsParsedAsText(String place, JsonNode given, JsonNode read) throws IOException {
        if ((given.isBoolean() || given.isNumber())
                && read.isTextual()
                && !QUANTITY.matcher(place).find()) {
            throw new IOException(place + " has to be a string and is " + given);
        }
        given.properties()
                .forEach(field -> unchecked(place + "/" + field.getKey(), field.getValue(), read.path(field.getKey())));
        if (given.isArray()) {
            for (int i = 0; i < given.size(); i++) {
                rejectScalarsParsedAsText(place + "/" + i, given.get(i), read.path(i));
            }
        }
    }

    private static void unchecked(String place, JsonNode given, JsonNode read) {
        try {
            rejectScalarsParsedAsText(place, given, read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Check custom(Class<?> model) {
        return manifest -> STRICT.treeToValue(manifest, model);
    }

    private static ObjectMapper strict() {
        ObjectMapper mapper = new ObjectMapper()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public Boolean hasAnySetter(Annotated annotated) {
                        return false;
                    }
                });
        for (CoercionInputShape shape :
                List.of(CoercionInputShape.Boolean, CoercionInputShape.Integer, CoercionInputShape.Float)) {
            mapper.coercionConfigFor(LogicalType.Textual).setCoercion(shape, CoercionAction.Fail);
        }
        return mapper;
    }

    private interface Check {
        void of(JsonNode manifest) throws IOException, JsonProcessingException;
    }

    private interface Elements {
        void validate(JsonElement manifest) throws IOException;
    }
}
