package dev.rodingateway.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shared store: the chart's Valkey, or the user's own server. */
class ChartSharedStoreTest {

    private static final Map<String, ?> VALKEY = Map.of("valkey.enabled", true);
    private static final Map<String, ?> REDIS = Map.of("redis.url", "redis://redis.example.com:6379");

    @ParameterizedTest
    @ValueSource(strings = {"valkey.enabled=true", "redis.url=redis://redis.example.com:6379"})
    void withAStoreTheBudgetIsNotDividedAndThereIsNoWarning(String store) {
        Map<String, Object> values = values(store);
        values.put("replicaCount", 5);
        Chart.Manifests fixed = Chart.render(values);
        values.put("autoscaling.enabled", true);
        values.put("autoscaling.maxReplicas", 50);
        Chart.Manifests scaled = Chart.render(values);

        assertThat(List.of(fixed, scaled)).allSatisfy(manifests -> {
            assertThat(manifests.variable("GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE"))
                    .isEqualTo("120");
            assertThat(manifests.notes())
                    .contains("120 checks of Rodin a minute for the company, which the replicas share")
                    .doesNotContain("WARNING");
        });
        assertThat(fixed.variable("GATEWAY_REDIS_EXPECTED_REPLICAS")).isEqualTo("6");
        assertThat(scaled.variable("GATEWAY_REDIS_EXPECTED_REPLICAS")).isEqualTo("51");
    }

    /** The gateway does not accept a larger divisor. */
    @Test
    void divisorWithoutAStoreIsWithinTheGatewaysBounds() {
        assertThat(Chart.render(Map.of(
                                "valkey.enabled", true,
                                "replicaCount", 1000,
                                "updateStrategy.rollingUpdate.maxSurge", 5))
                        .variable("GATEWAY_REDIS_EXPECTED_REPLICAS"))
                .isEqualTo("1000");
    }

    @Test
    void withoutAStoreNothingIsRenderedForIt() {
        Chart.Manifests manifests = Chart.render(Map.of());

        assertThat(manifests.all().toString()).doesNotContain("REDIS", "redis", "valkey", "6379");
        assertThat(manifests.notes()).contains("WARNING: 2 replicas", "valkey.enabled=true");
    }

    @Test
    void gatewayLogsInToValkeyWithAPasswordFile() {
        Chart.Manifests manifests = Chart.render(VALKEY);

        JsonNode service = manifests.ofComponent("Service", "valkey");
        assertThat(manifests.variable("GATEWAY_REDIS_URL"))
                .isEqualTo("redis://" + service.at("/metadata/name").asText() + ":"
                        + service.at("/spec/ports/0/port").asText());
        assertThat(manifests.variable("GATEWAY_REDIS_TYPE")).isEqualTo("standalone");
        assertThat(manifests.variable("GATEWAY_REDIS_USERNAME")).isEqualTo("gateway");
        assertThat(manifests.variable("GATEWAY_REDIS_PASSWORD_FILE")).isEqualTo("/etc/rodin-gateway/redis/password");
        assertThat(mountedAt(manifests.pod(), "/etc/rodin-gateway/redis"))
                .isEqualTo(Map.of("password", "release-rodin-gateway-valkey/password"));
        assertThat(mountedAt(valkey(manifests), "/etc/valkey"))
                .isEqualTo(Map.of("password", "release-rodin-gateway-valkey/password"));
        assertThat(manifests.one("Secret").at("/metadata/name").asText()).isEqualTo("release-rodin-gateway-valkey");
    }

    @Test
    void passwordIsGeneratedOnceAndKeptByUpgrades() {
        try (ApiServer cluster = ApiServer.start()) {
            Chart.Manifests installed = Chart.renderIn(cluster.url(), VALKEY);
            String password = password(installed);
            assertThat(password).matches("[A-Za-z0-9]{40}");
            assertThat(password(Chart.renderIn(cluster.url(), VALKEY)))
                    .as("of another release")
                    .isNotEqualTo(password);

            cluster.withValkeyPassword(password);
            Chart.Manifests upgraded = Chart.renderIn(cluster.url(), VALKEY);

            assertThat(password(upgraded)).isEqualTo(password);
            assertThat(upgraded.ofComponent("Deployment", "valkey"))
                    .as("an upgrade must not restart it")
                    .isEqualTo(installed.ofComponent("Deployment", "valkey"));
        }
    }

    @Test
    void passwordIsGeneratedWithoutACluster() {
        Chart.Manifests manifests = Chart.render(VALKEY);

        assertThat(password(manifests)).matches("[A-Za-z0-9]{40}");
        assertThat(manifests.notes()).contains("valkey.existingSecret");
    }

    @Test
    void changedPasswordRestartsValkey() {
        try (ApiServer cluster = ApiServer.start()) {
            JsonNode before = valkeyTemplate(cluster.withValkeyPassword("one"));
            JsonNode after = valkeyTemplate(cluster.withValkeyPassword("two"));

            assertThat(after.path("metadata")).isNotEqualTo(before.path("metadata"));
            assertThat(after.path("spec")).isEqualTo(before.path("spec"));
        }
    }

    @Test
    void passwordOfTheUserIsReadFromItsSecret() {
        Map<String, Object> values = new HashMap<>(VALKEY);
        values.put("valkey.existingSecret", "mine");
        values.put("valkey.existingSecretKey", "word");
        Chart.Manifests manifests = Chart.render(values);

        assertThat(manifests.of("Secret")).isEmpty();
        assertThat(mountedAt(manifests.pod(), "/etc/rodin-gateway/redis")).isEqualTo(Map.of("password", "mine/word"));
        assertThat(mountedAt(valkey(manifests), "/etc/valkey")).isEqualTo(Map.of("password", "mine/word"));
        assertThat(manifests.notes()).doesNotContain("valkey.existingSecret");
    }

    @Test
    void noPasswordIsInAnArgumentOrVariable() {
        Chart.Manifests manifests = Chart.render(VALKEY);
        String password = password(manifests);

        assertThat(manifests.of("Deployment")).hasSize(2).allSatisfy(deployment -> assertThat(deployment.toString())
                .doesNotContain(password, "secretKeyRef", "secretRef"));
    }

    @Test
    void valkeyKeepsItsDataInMemoryAndEvictsTheLeastRecentlyUsed() {
        Map<String, Object> values = new HashMap<>(VALKEY);
        values.put("valkey.maxMemoryMiB", 100);
        Chart.Manifests manifests = Chart.render(values);

        assertThat(Chart.Manifests.container(valkey(manifests))
                        .at("/command/2")
                        .asText()
                        .lines()
                        .map(String::strip))
                .contains("save \"\"", "appendonly no", "maxmemory 100mb", "maxmemory-policy allkeys-lru")
                .contains("user default off");
        assertThat(valkey(manifests).path("volumes")).hasSize(1);
        assertThat(manifests.of("PersistentVolumeClaim")).isEmpty();
        JsonNode deployment = manifests.ofComponent("Deployment", "valkey");
        assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(1);
        assertThat(deployment.at("/spec/strategy/type").asText())
                .as("two at the same time would be two budgets")
                .isEqualTo("Recreate");
    }

    @Test
    void valkeyHasItsOwnServiceAccountWithoutAToken() {
        Chart.Manifests manifests = Chart.render(VALKEY);

        assertThat(valkey(manifests).path("serviceAccountName").asText())
                .isEqualTo("release-rodin-gateway-valkey")
                .isNotEqualTo(manifests.pod().path("serviceAccountName").asText());
        assertThat(manifests.of("ServiceAccount")).hasSize(2).allSatisfy(account -> assertThat(
                        account.path("automountServiceAccountToken").asBoolean(true))
                .isFalse());
    }

    @Test
    void onlyTheGatewayMayConnectToValkeyWhichHasNoEgress() {
        Chart.Manifests manifests = Chart.render(VALKEY);
        JsonNode gateway = Chart.Manifests.selector(manifests.deployment());
        JsonNode policy = manifests.ofComponent("NetworkPolicy", "valkey").path("spec");

        assertThat(policy.path("policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
        assertThat(policy.path("egress").isArray() && policy.path("egress").isEmpty())
                .isTrue();
        assertThat(policy.path("ingress")).hasSize(1);
        assertThat(policy.at("/ingress/0/from")).hasSize(1);
        assertThat(policy.at("/ingress/0/from/0/podSelector/matchLabels")).isEqualTo(gateway);
        assertThat(policy.at("/ingress/0/from/0")).hasSize(1);
        assertThat(Chart.render(Map.of("valkey.enabled", true, "networkPolicy.enabled", false))
                        .of("NetworkPolicy"))
                .isEmpty();
    }

    @Test
    void policyAllowsTheGatewayEgressToValkey() {
        Chart.Manifests manifests = Chart.render(VALKEY);
        JsonNode added = egressTo(manifests, "6379");

        assertThat(added.at("/to/0/podSelector/matchLabels"))
                .isEqualTo(Chart.Manifests.selector(manifests.ofComponent("Deployment", "valkey")));
        assertThat(added.path("to")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis://a.example.com:6379 | standalone | 6379",
                "rediss://a.example.com:6380/3 | standalone | 6380",
                "redis://[2001:db8::1]:7000 | standalone | 7000",
                "redis://[2001:db8::1] | standalone | 6379",
                "redis://a.example.com | standalone | 6379",
                "redis://a.example.com/ | standalone | 6379",
                "redis://a_b:6400/15 | standalone | 6400",
                "redis://a.example.com:26379,b.example.com:26380 | sentinel | 26379 26380 6379",
                "redis://a.example.com:7001,b.example.com:7002 | cluster | 7001 7002",
            })
    void policyAllowsTheGatewayEgressToThePortsOfTheServer(String url, String type, String ports) {
        Map<String, Object> values = values("redis.type=" + type);
        values.put("redis.url", url);
        if (type.equals("sentinel")) {
            values.put("redis.master", "tasks");
        }
        JsonNode rule = egressTo(Chart.render(values), ports.split(" ")[0]);
        assertThat(rule.path("ports").findValuesAsText("port")).containsExactly(ports.split(" "));
        assertThat(rule.has("to")).as("any address").isFalse();

        values.put("networkPolicy.redisTo[0].ipBlock.cidr", "10.1.2.0/24");
        values.put("networkPolicy.redisPorts[0]", 9999);
        JsonNode narrowed = egressTo(Chart.render(values), ports.split(" ")[0]);
        assertThat(narrowed.path("ports").findValuesAsText("port"))
                .startsWith(ports.split(" "))
                .endsWith("9999");
        assertThat(narrowed.at("/to/0/ipBlock/cidr").asText()).isEqualTo("10.1.2.0/24");
    }

    @Test
    void credentialsAndCertificatesOfAServerAreFiles() {
        Chart.Manifests manifests = Chart.render(Chart.DIRECTORY.resolve("ci/redis-values.yaml"));

        assertThat(mountedAt(manifests.pod(), "/etc/rodin-gateway/redis"))
                .isEqualTo(Map.of(
                        "password", "redis-credentials/password",
                        "ca.crt", "redis-credentials/ca.crt",
                        "tls.crt", "redis-credentials/tls.crt",
                        "tls.key", "redis-credentials/tls.key"));
        assertThat(redisVariables(manifests))
                .isEqualTo(Map.of(
                        "GATEWAY_REDIS_URL", "rediss://redis.example.com:6380/2",
                        "GATEWAY_REDIS_TYPE", "standalone",
                        "GATEWAY_REDIS_TIMEOUT", "250ms",
                        "GATEWAY_REDIS_EXPECTED_REPLICAS", "5",
                        "GATEWAY_REDIS_USERNAME", "rodin",
                        "GATEWAY_REDIS_PASSWORD_FILE", "/etc/rodin-gateway/redis/password",
                        "GATEWAY_REDIS_CA_FILE", "/etc/rodin-gateway/redis/ca.crt",
                        "GATEWAY_REDIS_CERT_FILE", "/etc/rodin-gateway/redis/tls.crt",
                        "GATEWAY_REDIS_KEY_FILE", "/etc/rodin-gateway/redis/tls.key"));
        assertThat(manifests.of("Secret")).isEmpty();
        assertThat(manifests.of("Deployment")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "valkey.enabled=true redis.url=redis://a.example.com:6379 | exclude each other",
                "redis.type=cluster | redis.type has no effect without redis.url",
                "redis.username=rodin | redis.username has no effect without redis.url",
                "redis.existingSecret=any | redis.existingSecret has no effect without redis.url",
                "redis.namespace=any | redis.namespace has no effect without redis.url",
                "valkey.enabled=true redis.existingSecret=any | redis.existingSecret has no effect without redis.url",
                "redis.url=redis://a.example.com:6379 redis.type=sentinel | redis.type sentinel needs redis.master",
                "redis.url=redis://a.example.com:6379 redis.master=any | redis.master has no effect without redis.type sentinel",
                "redis.url=redis://a.example.com:6379,b.example.com:6379 | redis.url has several hosts",
                "redis.url=redis://a.example.com:7001/1 redis.type=cluster | redis.url names a database",
                "redis.url=redis://a.example.com:6379 redis.username=rodin | redis.username needs a password",
                "redis.url=redis://a.example.com:6379 redis.existingSecret=any redis.secretKeys.password= | names no key of it",
                "redis.url=redis://a.example.com:6379 redis.existingSecret=any redis.secretKeys.ca=ca.crt | need TLS",
                "redis.url=rediss://a.example.com:6379 redis.existingSecret=any redis.secretKeys.certificate=tls.crt | belong together",
                "redis.url=rediss://a.example.com:6379 redis.existingSecret=any redis.secretKeys.privateKey=tls.key | belong together",
                "valkey.enabled=true valkey.maxMemoryMiB=193 | more than three quarters of the memory limit of 256Mi",
                "valkey.enabled=true valkey.resources.requests.memory=1Gi | valkey.resources.requests.memory of 1Gi is more than",
                "valkey.enabled=true extraEnv[0].name=GATEWAY_REDIS_URL extraEnv[0].value=any | extraEnv may not have GATEWAY_REDIS_URL",
                "valkey.enabled=true extraEnv[0].name=GATEWAY_REDIS_PASSWORD extraEnv[0].value=any | extraEnv may not have GATEWAY_REDIS_PASSWORD",
                "redis.url=redis://a.example.com:6379 extraEnv[0].name=gateway.redis.ca-file extraEnv[0].value=any | extraEnv may not have gateway.redis.ca-file",
                "extraVolumes[0].name=redis extraVolumes[0].configMap.name=any | extraVolumes may not have redis",
                "extraVolumeMounts[0].name=any extraVolumeMounts[0].mountPath=/etc/rodin-gateway/redis | extraVolumeMounts may not have",
            })
    void invalidCombinationsAreRejected(String given, String refusal) {
        assertThatThrownBy(() -> Chart.render(values(given))).hasMessageContaining(refusal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:word@a.example.com:6379",
                "redis://:word@a.example.com:6379",
                "redis://user@a.example.com:6379",
                "redis://a.example.com:0",
                "redis://a.example.com:65536",
                "redis://a.example.com:6379/x",
                "redis://a.example.com:6379?timeout=1s",
                "http://a.example.com:6379",
                "a.example.com:6379",
                "redis://",
                "redis://a.example.com/123456",
                "redis://a b:6379",
                "redis:a.example.com:6379",
                "redis://a.example.com:6379,",
            })
    void invalidUrlOrUrlWithCredentialsIsRejected(String url) {
        assertThatThrownBy(() -> Chart.render(Map.of("redis.url", url)))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining("url");
    }

    @ParameterizedTest
    @CsvSource({
        "redis.type, Cluster, type",
        "redis.namespace, a{b}, namespace",
        "redis.namespace, a b, namespace",
        "redis.master, a b, master",
        "redis.username, a b, username",
        "redis.timeout, 9ms, timeout",
        "redis.timeout, 11m, timeout",
        "redis.existingSecret, a_b, existingSecret",
        "redis.secretKeys.ca, a/b, ca",
        "redis.secretKeys.tls, tls.crt, tls",
        "redis.password, any, password",
        "redis.urls, any, urls",
        "valkey.maxMemoryMiB, 15, maxMemoryMiB",
        "valkey.image.tag, a b, tag",
        "valkey.image.digest, sha256:0, digest",
        "valkey.password, any, password",
        "valkey.existingSecretKey, .., existingSecretKey",
        "valkey.resources.limits.memory, 256MB, memory",
        "networkPolicy.redisPorts[0], 65536, redisPorts",
        "networkPolicy.redisTo[0].ipBlock.cdir, 10.0.0.0/8, cdir",
    })
    void schemaRejectsInvalidValuesByName(String value, String given, String name) {
        assertThatThrownBy(() -> Chart.render(Map.of(value, given)))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(name);
    }

    @Test
    void urlWithCredentialsMayComeFromASecret() {
        Chart.Manifests manifests = Chart.render(Map.of(
                "extraEnv[0].name", "GATEWAY_REDIS_URL",
                "extraEnv[0].valueFrom.secretKeyRef.name", "redis",
                "extraEnv[0].valueFrom.secretKeyRef.key", "url"));

        assertThat(manifests.variable("GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE")).isEqualTo("120");
        assertThat(manifests.notes()).doesNotContain("WARNING");
    }

    @Test
    void generatedPasswordDoesNotChangeTheGatewaysPods() {
        assertThat(Chart.render(VALKEY).deployment())
                .isEqualTo(Chart.render(VALKEY).deployment());
        assertThat(Chart.render(REDIS).of("ServiceAccount")).hasSize(1);
    }

    /** Parses "a=b c=d". */
    private static Map<String, Object> values(String given) {
        return Stream.of(given.split(" "))
                .map(value -> value.split("=", 2))
                .collect(Collectors.toMap(value -> value[0], value -> value[1], (a, b) -> b, HashMap::new));
    }

    private static JsonNode valkey(Chart.Manifests manifests) {
        return manifests.ofComponent("Deployment", "valkey").at("/spec/template/spec");
    }

    private static JsonNode valkeyTemplate(ApiServer cluster) {
        return Chart.renderIn(cluster.url(), VALKEY)
                .ofComponent("Deployment", "valkey")
                .at("/spec/template");
    }

    private static String password(Chart.Manifests manifests) {
        return new String(
                Base64.getDecoder()
                        .decode(manifests.one("Secret").at("/data/password").asText()),
                UTF_8);
    }

    /** Returns the files mounted at the path, each with "secret/key". */
    private static Map<String, String> mountedAt(JsonNode pod, String path) {
        Map<String, String> files = new HashMap<>();
        for (JsonNode mount : Chart.Manifests.container(pod).path("volumeMounts")) {
            if (mount.path("mountPath").asText().equals(path)) {
                assertThat(mount.path("readOnly").asBoolean()).isTrue();
                assertThat(mount.has("subPath"))
                        .as("a file that is never updated")
                        .isFalse();
                for (JsonNode volume : pod.path("volumes")) {
                    if (volume.path("name").equals(mount.path("name"))) {
                        JsonNode secret = volume.path("secret");
                        secret.path("items")
                                .forEach(item -> files.put(
                                        item.path("path").asText(),
                                        secret.path("secretName").asText() + "/"
                                                + item.path("key").asText()));
                    }
                }
            }
        }
        return files;
    }

    private static Map<String, String> redisVariables(Chart.Manifests manifests) {
        Map<String, String> variables = new HashMap<>();
        for (JsonNode variable : manifests.container().path("env")) {
            if (variable.path("name").asText().startsWith("GATEWAY_REDIS_")) {
                variables.put(
                        variable.path("name").asText(), variable.path("value").asText());
            }
        }
        return variables;
    }

    /** Returns the only rule of the gateway's policy for egress to a port. */
    private static JsonNode egressTo(Chart.Manifests manifests, String port) {
        List<JsonNode> rules = new ArrayList<>();
        for (JsonNode rule : manifests.ofComponent("NetworkPolicy", "gateway").at("/spec/egress")) {
            if (rule.path("ports").findValuesAsText("port").contains(port)) {
                rules.add(rule);
            }
        }
        assertThat(rules).hasSize(1);
        return rules.get(0);
    }
}
