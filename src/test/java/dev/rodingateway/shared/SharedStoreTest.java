package dev.rodingateway.shared;

import static dev.rodingateway.shared.TestReplica.LONG;
import static dev.rodingateway.shared.TestReplica.status;
import static dev.rodingateway.shared.TestReplica.task;
import static dev.rodingateway.task.JobStatus.DONE;
import static dev.rodingateway.task.JobStatus.GENERATING;
import static dev.rodingateway.task.JobStatus.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.Deadline;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.shared.TestReplica.Config;
import dev.rodingateway.shared.budget.Permit;
import dev.rodingateway.shared.codec.StatusCodec;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskStatus;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two replicas that share a real server. */
class SharedStoreTest {

    private static RedisProcess redis;
    private static Vertx vertx;

    private final TaskHash task = task("task-" + UUID.randomUUID());
    private Config config;
    private TestReplica one;
    private TestReplica other;

    @BeforeAll
    static void startServer() {
        redis = RedisProcess.started();
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopServer() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        redis.close();
    }

    @BeforeEach
    void startReplicas() {
        config = Config.of(redis.url());
        one = TestReplica.connected(vertx, config, 120);
        other = TestReplica.connected(vertx, config, 120);
    }

    @AfterEach
    void stopReplicas() {
        one.close();
        other.close();
    }

    @Test
    void oneReplicaChecksAndTheOthersWait() {
        Lease lease = one.go(task);

        assertThat(other.begin(task, FencingToken.NONE))
                .isInstanceOfSatisfying(Begin.Wait.class, wait -> assertThat(wait.atMost())
                        .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11)));
        assertThat(lease.begunAt())
                .isBetween(Instant.now().minusSeconds(2), Instant.now().plusSeconds(2));
    }

    @Test
    void repeatedBeginReturnsTheSameLease() {
        String tryId = UUID.randomUUID().toString();
        Begin first = one.store
                .begin(task, RequestClass.FIRST, tryId, FencingToken.NONE)
                .await()
                .atMost(LONG);
        Begin second = one.store
                .begin(task, RequestClass.FIRST, tryId, FencingToken.NONE)
                .await()
                .atMost(LONG);

        assertThat(((Begin.Go) second).lease().token())
                .isEqualTo(((Begin.Go) first).lease().token());
    }

    @Test
    void statusOfOneReplicaIsAdoptedByTheOther() {
        TaskStatus status = new TaskStatus(List.of(
                new Job(UUID.randomUUID().toString(), GENERATING, null, null),
                new Job(null, WAITING, 7L, null),
                new Job("käse", dev.rodingateway.task.JobStatus.UNKNOWN, null, "Paused \uD800 \uD83D\uDE00")));
        Lease lease = one.go(task);
        SharedOutcome held = one.end(lease, status);

        assertThat(held).isInstanceOf(SharedOutcome.Status.class);
        assertThat(other.begin(task, FencingToken.NONE))
                .isInstanceOfSatisfying(Begin.Adopt.class, adopt -> assertThat(adopt.outcome())
                        .isInstanceOfSatisfying(SharedOutcome.Status.class, adopted -> {
                            assertThat(adopted.status()).isEqualTo(status);
                            assertThat(adopted.token()).isEqualTo(lease.token());
                            assertThat(adopted.took()).isEqualTo(Duration.ofMillis(120));
                            assertThat(adopted.age()).isLessThan(Duration.ofSeconds(5));
                            assertThat(adopted.checkedAt()).isEqualTo(((SharedOutcome.Status) held).checkedAt());
                        }));
        assertThat(other.begin(task, lease.token())).isInstanceOf(Begin.Go.class);
    }

    @Test
    void otherReplicasAreNotifiedWithin100Milliseconds() {
        Lease lease = one.go(task);
        long begun = System.nanoTime();
        one.end(lease, status(DONE));

        Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> other.log.stream()
                .anyMatch(entry -> entry instanceof LogEntry.Changed changed
                        && changed.task().equals(task)
                        && changed.outcome() instanceof SharedOutcome.Status));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(100));
        assertThat(other.log.get(0)).isInstanceOf(LogEntry.Resynchronise.class);
        assertThat(other.meters.get("gateway.store.adopted").counter().count()).isEqualTo(1);
        assertThat(one.meters.get("gateway.store.adopted").counter().count()).isZero();
    }

    @Test
    void largeStatusIsFetched() {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            jobs.add(new Job(UUID.randomUUID().toString(), GENERATING, null, null));
        }
        one.end(one.go(task), new TaskStatus(jobs));

        Awaitility.await().untilAsserted(() -> assertThat(other.log).anySatisfy(entry -> assertThat(entry)
                .isInstanceOfSatisfying(LogEntry.Changed.class, changed -> assertThat(changed.outcome())
                        .isInstanceOfSatisfying(
                                SharedOutcome.Status.class,
                                large -> assertThat(large.status().jobs()).hasSize(2000)))));
    }

    @Test
    void lateResultReplacesNeitherATerminalNorANewerOne() {
        Lease late = one.go(task);
        redis.client().send("DEL", "{" + config.namespace().get() + "}:lease:" + task.value());
        Lease newer = other.go(task);
        TaskStatus done = status(DONE);
        other.end(newer, done);

        SharedOutcome held = one.end(late, status(GENERATING));

        assertThat(((SharedOutcome.Status) held).status()).isEqualTo(done);
        assertThat(((SharedOutcome.Status) held).token()).isEqualTo(newer.token());
    }

    @Test
    void refusalsAndMissingTasksAreShared() {
        LookupFailure failure = LookupFailure.of(Kind.UPSTREAM_ERROR)
                .withUpstreamCode("SERVER_BUSY")
                .withRetryAfter(Duration.ofSeconds(3));
        one.store.end(one.go(task), failure, Duration.ofSeconds(3)).await().atMost(LONG);

        assertThat(other.begin(task, FencingToken.NONE))
                .isInstanceOfSatisfying(Begin.Adopt.class, adopt -> assertThat(adopt.outcome())
                        .isInstanceOfSatisfying(SharedOutcome.Refused.class, refused -> {
                            assertThat(refused.failure().kind()).isEqualTo(Kind.UPSTREAM_ERROR);
                            assertThat(refused.failure().upstreamCode()).isEqualTo("SERVER_BUSY");
                            assertThat(refused.left()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
                        }));

        TaskHash missing = task("missing-" + UUID.randomUUID());
        one.store
                .end(one.go(missing), LookupFailure.of(Kind.TASK_NOT_FOUND), Duration.ofSeconds(5))
                .await()
                .atMost(LONG);
        assertThat(other.begin(missing, FencingToken.NONE))
                .isInstanceOfSatisfying(Begin.Adopt.class, adopt -> assertThat(adopt.outcome())
                        .isInstanceOfSatisfying(SharedOutcome.NotFound.class, notFound -> assertThat(notFound.left())
                                .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5))));
    }

    @Test
    void releasedLeaseIsFreeImmediatelyAndOthersAreNotified() {
        one.store.release(one.go(task)).await().atMost(LONG);

        Awaitility.await().until(() -> other.log.contains(new LogEntry.Released(task)));
        assertThat(other.begin(task, FencingToken.NONE)).isInstanceOf(Begin.Go.class);
    }

    @Test
    void offersFollowTheSameRulesAsResults() {
        FencingToken before = one.store.localToken();
        Lease lease = other.go(task);
        TaskStatus known = status(GENERATING);
        other.end(lease, known);
        SharedOutcome.Status older =
                new SharedOutcome.Status(status(WAITING), before, Instant.now(), Duration.ZERO, Duration.ofMillis(5));
        SharedOutcome.Status newer = new SharedOutcome.Status(
                status(DONE), one.store.localToken(), one.store.storeTime(), Duration.ZERO, Duration.ofMillis(5));

        assertThat(status(one.store.offer(task, older, LONG).await().atMost(LONG)))
                .isEqualTo(known);
        assertThat(status(one.store.offer(task, newer, LONG).await().atMost(LONG)))
                .isEqualTo(newer.status());
    }

    @Test
    void terminalStatusIsNotReplacedByANewerLiveOne() {
        Lease lease = one.go(task);
        TaskStatus done = status(DONE);
        one.end(lease, done);
        Lease newer = ((Begin.Go) other.begin(task, lease.token())).lease();

        assertThat(status(other.end(newer, status(GENERATING)))).isEqualTo(done);
    }

    @Test
    @Tag("slow")
    void taskTakesLittleMemory() {
        int tasks = 20_000;
        try (RespClient client = redis.client()) {
            ScriptRunner scripts = new ScriptRunner(client, "memory-" + UUID.randomUUID(), 1_700_000_000_000_000L);
            long before = memory(client);
            for (int i = 0; i < tasks; i++) {
                String payload = StatusCodec.encode(status(GENERATING, DONE, DONE, WAITING, WAITING, WAITING))
                        .orElseThrow();
                scripts.setTime(scripts.now() + 1000);
                scripts.end(task("task-" + i), "-", scripts.now(), "L", scripts.now() / 1000, payload);
            }

            assertThat((memory(client) - before) / tasks)
                    .as("bytes, log and live tasks included")
                    .isLessThan(1500);
        }
    }

    private static long memory(RespClient client) {
        return String.valueOf(client.send("INFO", "memory"))
                .lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring("used_memory:".length()).strip()))
                .sum();
    }

    @Test
    void fetchReturnsStoredOutcomes() {
        TaskStatus done = status(DONE);
        one.end(one.go(task), done);

        Map<TaskHash, SharedOutcome> held = other.store
                .fetch(List.of(task, task("nothing-" + UUID.randomUUID())))
                .await()
                .atMost(LONG);

        assertThat(held).hasSize(1);
        assertThat(status(held.get(task))).isEqualTo(done);
    }

    @Test
    void purgedTaskIsRemovedOnAllReplicas() {
        one.end(one.go(task), status(DONE));
        one.store.purge(task).await().atMost(LONG);

        Awaitility.await().until(() -> other.log.contains(new LogEntry.Purged(task)));
        assertThat(other.begin(task, FencingToken.NONE)).isInstanceOf(Begin.Go.class);
    }

    @Test
    void liveTasksAndReplicasAreCounted() {
        one.end(one.go(task), status(GENERATING));
        one.end(one.go(task("done-" + UUID.randomUUID())), status(DONE));

        assertThat(one.store.liveTasks()).isEqualTo(1);
        Awaitility.await().untilAsserted(() -> {
            assertThat(one.store.replicas()).isEqualTo(2);
            assertThat(other.store.liveTasks()).isEqualTo(1);
        });
    }

    @Test
    void allReplicasSpendOneBudget() {
        Awaitility.await().until(() -> permit(one) instanceof Permit.Granted);
        int granted = 0;
        for (int i = 0; i < 40; i++) {
            granted += permit(i % 2 == 0 ? one : other) instanceof Permit.Granted ? 1 : 0;
        }

        assertThat(granted).isLessThan(8);
    }

    @Test
    void pauseAppliesToAllReplicas() {
        one.limiter.pauseFor(Duration.ofSeconds(30));

        Awaitility.await().atMost(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(other.limiter.paused())
                .isGreaterThan(Duration.ofSeconds(28)));
        assertThat(other.limiter
                        .acquire(RequestClass.FIRST, Deadline.after(LONG, System::nanoTime))
                        .onFailure(LookupFailure.class)
                        .recoverWithItem(failure -> {
                            assertThat(failure.retryAfter()).isGreaterThan(Duration.ofSeconds(28));
                            return null;
                        })
                        .await()
                        .atMost(LONG))
                .isNull();
        assertThat(other.limiter.left()).isZero();
    }

    @Test
    void noSecretIsStored() {
        String key = "a-key-that-nobody-may-see-" + UUID.randomUUID();
        one.end(one.go(task(key)), status(GENERATING));
        one.store
                .end(one.go(task(key + "2")), LookupFailure.of(Kind.UPSTREAM_ERROR), Duration.ofSeconds(9))
                .await()
                .atMost(LONG);
        one.go(task(key + "3"));
        permit(one);
        one.limiter.pauseFor(Duration.ofSeconds(1));

        List<String> all =
                StoreDump.everything(redis.client(), config.namespace().get());
        assertThat(all).hasSizeGreaterThan(8);
        assertThat(String.join("\n", all)).doesNotContain("a-key-that-nobody-may-see");
        assertThat(StoreDump.withoutTimeToLive(
                        redis.client(), config.namespace().get()))
                .isEmpty();
    }

    private static Permit permit(TestReplica replica) {
        return replica.permit(RequestClass.FIRST, Duration.ZERO);
    }

    private static TaskStatus status(SharedOutcome outcome) {
        return ((SharedOutcome.Status) outcome).status();
    }

    private static TaskStatus status(dev.rodingateway.task.JobStatus... jobs) {
        return TestReplica.status(jobs);
    }
}
