package dev.rodingateway.chart;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The part of a Kubernetes API server that Helm uses to render a release for a cluster. */
final class ApiServer implements AutoCloseable {

    private static final String DISCOVERED = """
            {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "%s",
             "resources": [%s]}
            """;
    private static final String RESOURCE =
            "{\"name\": \"%s\", \"kind\": \"%s\", \"namespaced\": true, \"verbs\": [\"get\"]}";
    private static final String GROUP = """
            {"name": "%1$s", "versions": [{"groupVersion": "%1$s/%2$s", "version": "%2$s"}],
             "preferredVersion": {"groupVersion": "%1$s/%2$s", "version": "%2$s"}}
            """;
    private static final String NOT_FOUND = """
            {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404, "message": "not found"}
            """;

    /** The kinds that the chart renders by default and with an autoscaler, by resource name. */
    private static final Map<String, Map<String, String>> KINDS = Map.of(
            "v1",
                    Map.of(
                            "secrets",
                            "Secret",
                            "services",
                            "Service",
                            "serviceaccounts",
                            "ServiceAccount",
                            "pods",
                            "Pod"),
            "apps/v1", Map.of("deployments", "Deployment"),
            "autoscaling/v2", Map.of("horizontalpodautoscalers", "HorizontalPodAutoscaler"),
            "networking.k8s.io/v1", Map.of("networkpolicies", "NetworkPolicy"),
            "policy/v1", Map.of("poddisruptionbudgets", "PodDisruptionBudget"));

    private final Map<String, String> answers = new ConcurrentHashMap<>(Map.of(
            "/version",
            "{\"major\": \"1\", \"minor\": \"34\", \"gitVersion\": \"v1.34.0\"}",
            "/api",
            "{\"kind\": \"APIVersions\", \"versions\": [\"v1\"], \"serverAddressByClientCIDRs\": []}",
            "/api/v1/namespaces/apps/secrets",
            "{\"kind\": \"SecretList\", \"apiVersion\": \"v1\", \"metadata\": {}, \"items\": []}"));
    private final HttpServer server;

    private ApiServer(HttpServer server) {
        this.server = server;
        KINDS.forEach((version, kinds) -> answers.put(
                (version.contains("/") ? "/apis/" : "/api/") + version,
                DISCOVERED.formatted(
                        version,
                        kinds.entrySet().stream()
                                .map(kind -> RESOURCE.formatted(kind.getKey(), kind.getValue()))
                                .collect(Collectors.joining(", ")))));
        answers.put(
                "/apis",
                KINDS.keySet().stream()
                        .filter(version -> version.contains("/"))
                        .map(version -> GROUP.formatted((Object[]) version.split("/")))
                        .collect(Collectors.joining(
                                ", ", "{\"kind\": \"APIGroupList\", \"apiVersion\": \"v1\", \"groups\": [", "]}")));
    }

    static ApiServer start() {
        try {
            ApiServer started =
                    new ApiServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
            started.server.createContext("/", started::answer);
            started.server.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Adds the Deployment of the release "release" in the namespace "apps" to the cluster. */
    ApiServer withDeployment(int replicas) {
        ObjectNode deployment = object("apps/v1", "Deployment");
        deployment.putObject("spec").put("replicas", replicas);
        answers.put("/apis/apps/v1/namespaces/apps/deployments/release-rodin-gateway", deployment.toString());
        return this;
    }

    /** Adds the Secret with the password of that release's Valkey to the cluster. */
    ApiServer withValkeyPassword(String password) {
        ObjectNode secret = object("v1", "Secret", "release-rodin-gateway-valkey");
        secret.putObject("data").put("password", Base64.getEncoder().encodeToString(password.getBytes(UTF_8)));
        answers.put("/api/v1/namespaces/apps/secrets/release-rodin-gateway-valkey", secret.toString());
        return this;
    }

    /** Adds that release's HorizontalPodAutoscaler to the cluster. */
    ApiServer withAutoscaler() {
        answers.put(
                "/apis/autoscaling/v2/namespaces/apps/horizontalpodautoscalers/release-rodin-gateway",
                object("autoscaling/v2", "HorizontalPodAutoscaler").toString());
        return this;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static ObjectNode object(String version, String kind) {
        return object(version, kind, "release-rodin-gateway");
    }

    private static ObjectNode object(String version, String kind, String name) {
        ObjectNode object =
                Chart.YAML.createObjectNode().put("apiVersion", version).put("kind", kind);
        // As Helm marks the objects of a release.
        ObjectNode metadata = object.putObject("metadata").put("name", name).put("namespace", "apps");
        metadata.putObject("labels").put("app.kubernetes.io/managed-by", "Helm");
        metadata.putObject("annotations")
                .put("meta.helm.sh/release-name", "release")
                .put("meta.helm.sh/release-namespace", "apps");
        return object;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String found = answers.get(exchange.getRequestURI().getPath());
            byte[] body = (found == null ? NOT_FOUND : found).getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(found == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
