package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.packaged.Pollers.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three gateways that share a Redis which fails, while frontends poll tasks steadily. */
@Tag("slow")
class ReplicasFaultIT {

    private static final int BUDGET = 600;
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration UPSTREAM_TIMEOUT = Duration.ofSeconds(4);

    /** How long after the end of a fault all is as before. */
    private static final Duration SHARED_AGAIN_WITHIN = Duration.ofSeconds(5);

    /** The patience of 1 s for a known task, a command timeout of 250 ms, and what a busy machine may add. */
    private static final Duration LONGEST_POLL = Duration.ofMillis(1800);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String FIRST_PASSWORD = "first-password";
    private static final List<String> TASKS =
            IntStream.range(0, 6).mapToObj(i -> "600000-task-" + i).toList();

    @TempDir
    private static Path directory;

    private static Path passwordFile;
    private static TcpProxy proxy;
    private static Replicas replicas;

    private Pollers pollers;
    private long warm;

    @BeforeAll
    static void start() throws IOException {
        RedisProcess redis = RedisProcess.start();
        redis.requirePassword(FIRST_PASSWORD);
        proxy = new TcpProxy(redis.port());
        passwordFile = Files.writeString(directory.resolve("password"), FIRST_PASSWORD);
        replicas = new Replicas(
                3,
                redis,
                settings(
                        "GATEWAY_REDIS_URL",
                        "redis://127.0.0.1:" + proxy.port(),
                        "GATEWAY_REDIS_PASSWORD_FILE",
                        passwordFile.toString()));
    }

    @AfterAll
    static void stop() {
        replicas.close();
        proxy.close();
    }

    @BeforeEach
    void lookSteadily() {
        while (replicas.all().size() < 3) {
            replicas.add();
        }
        pollers = poll(replicas);
    }

    @AfterEach
    void lookNoMore() {
        pollers.close();
    }

    @Test
    void nobodyNoticesThatTheStoreIsKilledAndStartedAgainEmpty() {
        replicas.redis().kill();
        pass(Duration.ofSeconds(10));
        assertNotShared();
        replicas.redis().startAgain();
        assertSharedAgain(replicas, pollers);
    }

    @Test
    void nobodyNoticesThatTheStoreIsSuspended() {
        replicas.redis().suspend();
        pass(Duration.ofSeconds(10));
        assertNotShared();
        replicas.redis().resume();
        assertSharedAgain(replicas, pollers);
    }

    @Test
    void nobodyNoticesThatTheStoreIsFlushed() {
        assertThat(replicas.redis().call("FLUSHALL")).startsWith("+OK");
        assertSharedAgain(replicas, pollers);
    }

    @Test
    void nobodyNoticesThatTheStoreClosesAllConnections() {
        replicas.redis().call("CLIENT KILL TYPE normal");
        assertSharedAgain(replicas, pollers);
    }

    @Test
    void nobodyNoticesThatTheStoreIsFull() {
        replicas.redis().call("CONFIG SET maxmemory-policy noeviction");
        replicas.redis().call("CONFIG SET maxmemory 1");
        pass(Duration.ofSeconds(6));
        assertNotShared();
        replicas.redis().call("CONFIG SET maxmemory 0");
        assertSharedAgain(replicas, pollers);
    }

    @Test
    void nobodyNoticesThatTheNetworkDelaysEverythingByASecond() {
        proxy.delay(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(8));
        assertNotShared();
        proxy.delay(Duration.ZERO);
        assertSharedAgain(replicas, pollers);
    }

    @Test
    void nobodyNoticesThatTheNetworkDropsEverything() {
        proxy.drop(true);
        pass(Duration.ofSeconds(8));
        assertNotShared();
        proxy.drop(false);
        assertSharedAgain(replicas, pollers);
    }

    @Test
    void nobodyNoticesThatTheStoreRejectsThePassword() {
        replicas.redis().requirePassword("another-password");
        pass(Duration.ofSeconds(6));
        assertNotShared();
        replicas.redis().requirePassword(FIRST_PASSWORD);
        assertSharedAgain(replicas, pollers);
        assertThat(replicas.output()).doesNotContain(FIRST_PASSWORD).doesNotContain("another-password");
    }

    @Test
    void nobodyNoticesThatThePasswordIsRotated() throws IOException {
        replicas.redis().requirePassword("second-password");
        pass(Duration.ofSeconds(2));
        assertNotShared();
        Files.writeString(passwordFile, "second-password");
        assertSharedAgain(replicas, pollers);

        replicas.redis().requirePassword(FIRST_PASSWORD);
        Files.writeString(passwordFile, FIRST_PASSWORD);
        assertThat(replicas.output()).doesNotContain("second-password");
    }

    @Test
    void nobodyNoticesThatSentinelMakesAnotherServerTheMaster() {
        try (RedisProcess master = RedisProcess.start();
                RedisProcess standby = RedisProcess.start(
                        "--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0");
                RedisProcess sentinel = RedisProcess.startSentinel(master);
                Replicas sharing = new Replicas(
                        3,
                        master,
                        settings(
                                "GATEWAY_REDIS_URL",
                                sentinel.url(),
                                "GATEWAY_REDIS_TYPE",
                                "sentinel",
                                "GATEWAY_REDIS_MASTER",
                                "mymaster"));
                Pollers pollersOfThem = poll(sharing)) {
            await().atMost(PATIENCE).until(() -> sentinel.call("SENTINEL REPLICAS mymaster")
                    .contains("master-link-status\r\n$2\r\nok"));

            master.kill();
            await().atMost(PATIENCE).until(() -> sentinel.call("SENTINEL GET-MASTER-ADDR-BY-NAME mymaster")
                    .contains("\r\n" + standby.port() + "\r\n"));

            assertSharedAgain(sharing, pollersOfThem);
        }
    }

    @Test
    void replicaThatDiesDuringACheckDelaysNobodyButTheKeyThatItChecked() {
        // Given a replica that holds the lease of a new key
        GatewayProcess victim = replicas.get(2);
        replicas.rodin().setLatency(Duration.ofSeconds(2));
        Thread caller = new Thread(() -> {
            try (KeptConnection connection = new KeptConnection(victim.port())) {
                connection.get("/tasks/600000-orphan/status");
            } catch (IOException died) {
                // as it should
            }
        });
        caller.start();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> !replicas.rodin().checks("orphan").isEmpty());
        replicas.rodin().setLatency(Duration.ofMillis(100));

        // When
        pollers.turnTo(replicas.all().subList(0, 2));
        replicas.kill(victim);
        pollers.begin(List.of("600000-orphan"), Duration.ofSeconds(1));

        // Then: the wait for a permit, the upstream timeout and 1 s, and one poll that began then
        await().atMost(UPSTREAM_TIMEOUT.plusSeconds(2 + 1 + 4)).until(() -> pollers.all().stream()
                .anyMatch(poll -> poll.key().contains("orphan") && poll.status() == 200));
        assertThat(pollers.failed().stream().filter(poll -> poll.port() != victim.port()))
                .isEmpty();
        assertThat(replicas.rodin().checks("orphan")).hasSize(2);
        assertThat(TimedRodin.busiest(replicas.rodin().checks(""), Duration.ofSeconds(60)))
                .isLessThanOrEqualTo(BUDGET);
    }

    private static Map<String, String> settings(String... ofTheStore) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE",
                String.valueOf(BUDGET),
                "GATEWAY_UPSTREAM_TIMEOUT",
                UPSTREAM_TIMEOUT.toSeconds() + "s"));
        for (int i = 0; i < ofTheStore.length; i += 2) {
            settings.put(ofTheStore[i], ofTheStore[i + 1]);
        }
        return settings;
    }

    /** Begins to poll the tasks, and returns once all replicas share and have answered for a while. */
    private Pollers poll(Replicas sharing) {
        await().atMost(PATIENCE)
                .until(() -> sharing.available() == sharing.all().size());
        Pollers begun = new Pollers(sharing.all(), TASKS.size() + 1);
        begun.begin(TASKS, LOOK_EVERY);
        pass(Duration.ofSeconds(4));
        assertThat(begun.failed()).isEmpty();
        warm = System.nanoTime();
        return begun;
    }

    /** The fault is one: otherwise nothing of what follows says anything. */
    private static void assertNotShared() {
        assertThat(replicas.available()).as("replicas that share").isZero();
    }

    private void assertSharedAgain(Replicas sharing, Pollers seen) {
        long end = System.nanoTime() + SHARED_AGAIN_WITHIN.toNanos();
        pass(SHARED_AGAIN_WITHIN);
        assertThat(sharing.available()).as("replicas that share").isEqualTo(3);
        pass(Duration.ofSeconds(6));
        seen.end();

        assertThat(seen.failed()).isEmpty();
        assertThat(seen.all().stream()
                        .filter(poll -> poll.begun() > warm && poll.took().compareTo(LONGEST_POLL) > 0)
                        .map(Poll::took))
                .isEmpty();
        List<Poll> after =
                seen.all().stream().filter(poll -> poll.begun() > end).toList();
        assertThat(after).hasSizeGreaterThan(100);
        assertThat(Pollers.backInTime(after).stream().limit(3)).isEmpty();
        // Six tasks, each checked every 1.6 s by one of the replicas
        long checks = sharing.rodin().checks("task").stream()
                .filter(check -> check.arrived() > end)
                .count();
        assertThat(checks).isBetween(6L, 6L * 6);
        assertThat(TimedRodin.busiest(sharing.rodin().checks(""), Duration.ofSeconds(60)))
                .isLessThanOrEqualTo(BUDGET);
    }

    /** Lets time pass, in which frontends poll tasks: the measurement, not a way to wait for something. */
    private static void pass(Duration time) {
        try {
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
