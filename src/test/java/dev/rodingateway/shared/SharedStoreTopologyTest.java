package dev.rodingateway.shared;

import static dev.rodingateway.shared.TestReplica.status;
import static dev.rodingateway.shared.TestReplica.task;
import static dev.rodingateway.task.JobStatus.DONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.shared.TestReplica.Config;
import dev.rodingateway.shared.budget.Permit;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers behind TLS, sentinels and clusters. */
class SharedStoreTopologyTest {

    private static final Duration RECOVERY = Duration.ofSeconds(5);
    private static final Duration FORMATION = Duration.ofSeconds(30);

    private static Vertx vertx;

    private final TaskHash task = task("task-" + UUID.randomUUID());

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void configuredCertificatesAreTrustedAndPresented() throws IOException {
        Certificates certificates = Certificates.in(directory);
        int tlsPort = RedisProcess.freePort();
        try (RedisProcess redis = RedisProcess.started(
                "--tls-port",
                Integer.toString(tlsPort),
                "--tls-cert-file",
                certificates.certificate().toString(),
                "--tls-key-file",
                certificates.key().toString(),
                "--tls-ca-cert-file",
                certificates.certificate().toString(),
                "--tls-auth-clients",
                "yes")) {
            assertThat(redis.port()).isNotEqualTo(tlsPort);
            Config tls = Config.of("rediss://127.0.0.1:" + tlsPort);
            String trusted = certificates.certificate().toString();
            try (TestReplica replica = TestReplica.connected(
                    vertx, tls.withTls(trusted, trusted, certificates.key().toString()), 120)) {
                assertWorks(replica);
            }
            TestReplica untrusting = TestReplica.started(
                    vertx, tls.withTls(null, trusted, certificates.key().toString()), 120);
            TestReplica unidentified = TestReplica.started(vertx, tls.withTls(trusted, null, null), 120);
            Awaitility.await()
                    .during(Duration.ofSeconds(1))
                    .until(() -> !untrusting.store.isAvailable() && !unidentified.store.isAvailable());
            untrusting.close();
            unidentified.close();
        }
    }

    @Test
    void userNeedsOnlyTheDocumentedCommandsAndKeys() {
        try (RedisProcess redis = RedisProcess.started()) {
            Config config = Config.of(redis.url());
            String keys = "~{" + config.namespace().orElseThrow() + "}:*";
            List<String> rule = new ArrayList<>(List.of(
                    "ACL", "SETUSER", "gateway", "on", ">a+b%c d", "resetkeys", keys, "resetchannels", "-@all"));
            rule.addAll(AclRule.COMMANDS);
            redis.client().send(rule);
            redis.client().send("ACL", "SETUSER", "default", "off");

            try (TestReplica replica = TestReplica.connected(vertx, config.withPassword("gateway", "a+b%c d"), 120)) {
                assertWorks(replica);
                replica.store.purge(task).await().atMost(TestReplica.LONG);
                replica.limiter.pauseFor(Duration.ofMillis(10));
                assertThat(replica.store.isAvailable()).isTrue();
            }
        }
    }

    @Test
    @Tag("slow")
    void newMasterIsUsedAfterAFailover() throws InterruptedException {
        try (RedisProcess master = RedisProcess.started();
                RedisProcess standby = RedisProcess.started(
                        "--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0");
                RedisProcess sentinel = RedisProcess.started("--sentinel")) {
            RespClient control = sentinel.client();
            control.send("SENTINEL", "MONITOR", "mymaster", "127.0.0.1", Integer.toString(master.port()), "1");
            control.send("SENTINEL", "SET", "mymaster", "down-after-milliseconds", "500");
            Config config = Config.of("redis://127.0.0.1:1,127.0.0.1:" + sentinel.port())
                    .withType("sentinel", "mymaster");
            try (TestReplica replica = TestReplica.connected(vertx, config, 120)) {
                FencingToken before = assertWorks(replica);
                Awaitility.await().atMost(FORMATION).until(() -> String.valueOf(
                                control.send("SENTINEL", "REPLICAS", "mymaster"))
                        .contains("master-link-status, ok"));
                master.kill();
                replica.awaitLost();

                Awaitility.await().atMost(FORMATION).until(() -> control.list(
                                "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster")
                        .contains(Integer.toString(standby.port())));
                Awaitility.await().atMost(RECOVERY).until(replica.store::isAvailable);
                assertThat(assertWorks(replica).isNewerThan(before)).isTrue();
            }
        }
    }

    @Test
    @Tag("slow")
    void serverOfAClusterThatHasTheKeysIsUsed() throws IOException {
        try (RedisProcess one = clusterNode();
                RedisProcess two = clusterNode();
                RedisProcess three = clusterNode()) {
            form(List.of(one, two, three));
            for (int i = 0; i < 4; i++) {
                Config config = Config.of("redis://127.0.0.1:1,127.0.0.1:" + two.port())
                        .withType("cluster", null)
                        .withNamespace("namespace-" + i);
                try (TestReplica replica = TestReplica.connected(vertx, config, 120)) {
                    assertWorks(replica);
                }
            }
        }
    }

    /** Returns the token of a check that the replica has made. */
    private FencingToken assertWorks(TestReplica replica) {
        TaskHash checked = task("task-" + UUID.randomUUID());
        Lease lease = replica.go(checked);
        assertThat(replica.end(lease, status(DONE))).isInstanceOf(SharedOutcome.Status.class);
        Awaitility.await().until(() -> replica.log.stream()
                .anyMatch(entry -> entry instanceof LogEntry.Changed changed
                        && changed.task().equals(checked)));
        assertThat(replica.permit(RequestClass.FIRST, Duration.ofSeconds(2))).isInstanceOf(Permit.Granted.class);
        return lease.token();
    }

    private static RedisProcess clusterNode() throws IOException {
        return RedisProcess.started(
                "--cluster-enabled", "yes", "--cluster-port", Integer.toString(RedisProcess.freePort()));
    }

    private static void form(List<RedisProcess> nodes) {
        int slots = 16384;
        int share = slots / nodes.size() + 1;
        for (int i = 0; i < nodes.size(); i++) {
            RespClient node = nodes.get(i).client();
            node.send(
                    "CLUSTER",
                    "ADDSLOTSRANGE",
                    Integer.toString(i * share),
                    Integer.toString(Math.min(slots, (i + 1) * share) - 1));
            String busPort = node.list("CONFIG", "GET", "cluster-port").get(1);
            nodes.get(0)
                    .client()
                    .send(
                            "CLUSTER",
                            "MEET",
                            "127.0.0.1",
                            Integer.toString(nodes.get(i).port()),
                            busPort);
        }
        Awaitility.await().atMost(FORMATION).until(() -> nodes.stream()
                .map(node -> String.valueOf(node.client().send("CLUSTER", "INFO")))
                .collect(Collectors.toSet())
                .stream()
                .allMatch(info -> info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")));
    }
}
