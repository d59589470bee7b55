package dev.rodingateway.shared;

import static dev.rodingateway.shared.TestReplica.LONG;
import static dev.rodingateway.shared.TestReplica.status;
import static dev.rodingateway.shared.TestReplica.task;
import static dev.rodingateway.task.JobStatus.DONE;
import static dev.rodingateway.task.JobStatus.GENERATING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rodingateway.rodin.Deadline;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.shared.TestReplica.Config;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behaviour of a replica during failures of the store. */
@Tag("thorough")
class SharedStoreFaultsTest {

    private static final Duration RECOVERY = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofMillis(250);

    private static Vertx vertx;

    private final RedisProcess redis = RedisProcess.started();
    private final Config config = Config.of(redis.url());
    private final TaskHash task = task("task-" + UUID.randomUUID());
    private TestReplica replica;

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

    @AfterEach
    void close() {
        if (replica != null) {
            replica.close();
        }
        redis.close();
    }

    @Test
    void serverThatIsRestartedEmptyIsUsedAgain() throws InterruptedException {
        replica = TestReplica.connected(vertx, config, 120);
        FencingToken before = replica.go(task).token();
        redis.kill();
        replica.awaitLost();
        assertFailsFast();
        Awaitility.await().until(this::acquireLocally);

        redis.start();
        assertRecovers();
        assertThat(replica.go(task).token().isNewerThan(before)).isTrue();
        assertFollowsTheLog();
    }

    @Test
    void serverThatIsUnavailableAtStartupIsUsedLater() throws InterruptedException {
        redis.kill();
        replica = TestReplica.started(vertx, config, 120);
        assertFailsFast();
        assertThat(replica.store.replicas()).isEqualTo(2);
        assertThat(replica.limiter.left()).isZero();

        redis.start();
        assertRecovers();
        assertThat(replica.store.replicas()).isEqualTo(1);
    }

    @Test
    void stalledServerDelaysOneCallByTheTimeoutAndThenNone() throws Exception {
        replica = TestReplica.connected(vertx, config, 120);
        redis.suspend();
        try {
            long begun = System.nanoTime();
            assertThatThrownBy(() -> replica.begin(task, FencingToken.NONE)).isInstanceOf(StoreUnavailable.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(TIMEOUT.multipliedBy(2));
            assertFailsFast();
        } finally {
            redis.resume();
        }

        assertRecovers();
        assertFollowsTheLog();
        assertThat(replica.meters
                        .get("gateway.store.calls")
                        .tag("result", "timeout")
                        .timers())
                .isNotEmpty();
        Awaitility.await().atMost(RECOVERY).untilAsserted(() -> assertThat(connections())
                .as("stalled connections are closed")
                .hasSize(2));
    }

    @Test
    @Tag("slow")
    void serverThatStalledForTenSecondsIsUsedAgain() throws Exception {
        replica = TestReplica.connected(vertx, config, 120);
        redis.suspend();
        replica.awaitLost();
        long resumed = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (System.nanoTime() < resumed) {
            assertFailsFast();
            Thread.onSpinWait();
            vertx.executeBlocking(() -> null)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
        redis.resume();

        assertRecovers();
        assertFollowsTheLog();
    }

    @Test
    void closedConnectionsAreReplaced() {
        replica = TestReplica.connected(vertx, config, 120);
        long before = resynchronisations();
        redis.client().send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");

        Awaitility.await().atMost(RECOVERY).until(() -> resynchronisations() > before);
        assertRecovers();
        assertFollowsTheLog();
    }

    @Test
    void serverWithoutMemoryCountsAsUnavailable() {
        replica = TestReplica.connected(vertx, config, 120);
        redis.client().send("CONFIG", "SET", "maxmemory", "1");
        replica.awaitLost();
        assertFailsFast();

        redis.client().send("CONFIG", "SET", "maxmemory", "0");
        assertRecovers();
    }

    @Test
    void readOnlyServerCountsAsUnavailable() {
        replica = TestReplica.connected(vertx, config, 120);
        redis.client().send("REPLICAOF", "127.0.0.1", "1");
        replica.awaitLost();

        redis.client().send("REPLICAOF", "NO", "ONE");
        assertRecovers();
    }

    @Test
    void changedPasswordFileIsReadAgain() throws IOException {
        Path file = Files.writeString(directory.resolve("password"), "first-password\n");
        redis.client().send("CONFIG", "SET", "requirepass", "first-password");
        replica = TestReplica.connected(vertx, config.withPasswordFile(file.toString()), 120);

        try (RespClient client = redis.client()) {
            client.send("AUTH", "first-password");
            client.send("CONFIG", "SET", "requirepass", "second+password");
            client.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        }
        replica.awaitLost();
        assertFailsFast();

        Files.writeString(file, "second+password");
        assertRecovers();
    }

    @Test
    void lossOfTheDataCausesOnlyAdditionalChecks() {
        replica = TestReplica.connected(vertx, config, 120);
        Lease lease = replica.go(task);
        replica.end(lease, status(DONE));
        long resynchronised = resynchronisations();

        redis.client().send("FLUSHALL");

        Lease again = replica.go(task);
        assertThat(again.token().isNewerThan(lease.token())).isTrue();
        Awaitility.await().atMost(RECOVERY).until(() -> resynchronisations() > resynchronised);
        assertFollowsTheLog();
        assertThat(replica.store.isAvailable()).isTrue();
    }

    @Test
    void gapInTheLogIsDetected() {
        replica = TestReplica.connected(vertx, config, 120);
        long before = resynchronisations();
        redis.client().send("HINCRBY", key("log-position"), "number", "5");
        replica.store.release(replica.go(task)).await().atMost(LONG);

        Awaitility.await().atMost(RECOVERY).until(() -> resynchronisations() == before + 1);
        assertFollowsTheLog();
        assertThat(resynchronisations()).isEqualTo(before + 1);
    }

    @Test
    void logThatWasResetToAnEarlierStateIsDetected() {
        replica = TestReplica.connected(vertx, config, 120);
        for (int i = 0; i < 5; i++) {
            replica.store.release(replica.go(task)).await().atMost(LONG);
        }
        Awaitility.await()
                .until(() -> replica.log.stream()
                                .filter(LogEntry.Released.class::isInstance)
                                .count()
                        == 5);
        long before = resynchronisations();

        redis.client().send("HSET", key("log-position"), "number", "2");

        Awaitility.await().atMost(RECOVERY).until(() -> resynchronisations() > before);
    }

    @Test
    void scriptsThatTheServerLostAreSentAgain() {
        replica = TestReplica.connected(vertx, config, 120);
        redis.client().send("SCRIPT", "FLUSH");

        assertThat(replica.begin(task, FencingToken.NONE)).isInstanceOf(Begin.Go.class);
        assertThat(replica.store.isAvailable()).isTrue();
    }

    @Test
    void invalidDataCountsAsAbsent() {
        for (String name : List.of(
                "task:" + task.value(),
                "lease:" + task.value(),
                "refusal:" + task.value(),
                "sequence",
                "live",
                "log",
                "log-position",
                "budget",
                "budget-first",
                "budget-refresh",
                "budget-window",
                "replicas")) {
            redis.client().send("SET", key(name), "garbage \u0000 L 1 2 3");
        }
        replica = TestReplica.connected(vertx, config, 120);
        Lease lease = replica.go(task);
        replica.store
                .end(lease, LookupFailure.of(Kind.UPSTREAM_ERROR), Duration.ofMillis(1))
                .await()
                .atMost(LONG);
        assertFollowsTheLog();

        TaskHash other = task("other-" + UUID.randomUUID());
        for (String value : List.of(
                "2 L 5 6 7 []",
                "1 L 5 6 7 [[\"a\",\"x\"]]",
                "1 T 5 6 7 [[\"a\",\"g\"]]",
                "1 L 99999999999999999 6 7 []",
                "1 L 5 6 7 [",
                "1 L 5 6 7 [[\"a\",\"w\",-1]]")) {
            redis.client().send("SET", key("task:" + other.value()), value);
            Begin begin = replica.begin(other, FencingToken.NONE);
            assertThat(begin instanceof Begin.Go || begin.equals(new Begin.Adopt(new SharedOutcome.Nothing())))
                    .as(value + " " + begin)
                    .isTrue();
            redis.client().send("DEL", key("lease:" + other.value()));
        }
        redis.client().send("LPUSH", key("lease:" + other.value()), "garbage");
        redis.client().send("DEL", key("task:" + other.value()));
        redis.client().send("LPUSH", key("task:" + other.value()), "garbage");
        assertThat(replica.begin(other, FencingToken.NONE)).isInstanceOf(Begin.Go.class);
        redis.client().send("XADD", key("log"), "*", "v", "1", "n", "text", "k", "L", "h", "no hash");
        redis.client().send("XADD", key("log"), "*", "v", "2", "anything", "else");
        assertFollowsTheLog();
        assertThat(replica.store.isAvailable()).isTrue();
    }

    @Test
    void localBudgetIsThisReplicasShareAndIsChargedAfterwards() throws Exception {
        replica = TestReplica.connected(vertx, config, 600);
        redis.client().send("HSET", key("budget"), "FIRST", "74", "REFRESH", "74");
        Awaitility.await().until(() -> replica.limiter.left() > 140);
        try (TestReplica other = TestReplica.connected(vertx, config, 600)) {
            Awaitility.await().until(() -> replica.store.replicas() == 2);
            redis.suspend();
            replica.awaitLost();

            int granted = 0;
            for (int i = 0; i < 300; i++) {
                granted += acquireLocally() ? 1 : 0;
            }
            assertThat(granted).isBetween(60, 90);
            redis.resume();
            replica.awaitAvailable();
            other.awaitAvailable();
            Awaitility.await().until(() -> other.limiter.left() < 120);
        }
    }

    private boolean acquireLocally() {
        for (RequestClass requestClass : RequestClass.values()) {
            try {
                replica.limiter
                        .acquire(requestClass, Deadline.after(Duration.ZERO, System::nanoTime))
                        .await()
                        .atMost(LONG);
                return true;
            } catch (LookupFailure throttled) {
                assertThat(throttled.kind()).isEqualTo(Kind.UPSTREAM_THROTTLED);
            }
        }
        return false;
    }

    private void assertFailsFast() {
        long begun = System.nanoTime();
        assertThatThrownBy(() -> replica.begin(task, FencingToken.NONE)).isInstanceOf(StoreUnavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(TIMEOUT.dividedBy(2));
    }

    private void assertRecovers() {
        Awaitility.await().atMost(RECOVERY).until(replica.store::isAvailable);
    }

    private void assertFollowsTheLog() {
        TaskHash followed = task("followed-" + UUID.randomUUID());
        replica.end(replica.go(followed), status(GENERATING));
        Awaitility.await().atMost(RECOVERY).until(() -> replica.log.stream()
                .anyMatch(entry -> entry instanceof LogEntry.Changed changed
                        && changed.task().equals(followed)));
    }

    private long resynchronisations() {
        return replica.log.stream()
                .filter(LogEntry.Resynchronise.class::isInstance)
                .count();
    }

    private List<String> connections() {
        try (RespClient client = redis.client()) {
            String self = String.valueOf(client.send("CLIENT", "ID"));
            return String.valueOf(client.send("CLIENT", "LIST"))
                    .lines()
                    .filter(line -> line.contains("cmd=xread") || line.contains("cmd=eval"))
                    .filter(line -> !line.startsWith("id=" + self + " "))
                    .toList();
        }
    }

    private String key(String name) {
        return "{" + config.namespace().orElseThrow() + "}:" + name;
    }
}
