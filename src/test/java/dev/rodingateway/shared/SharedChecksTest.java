package dev.rodingateway.shared;

import static dev.rodingateway.shared.TestReplica.LONG;
import static dev.rodingateway.shared.TestReplica.status;
import static dev.rodingateway.task.JobStatus.DONE;
import static dev.rodingateway.task.JobStatus.GENERATING;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.shared.TestReplica.Config;
import dev.rodingateway.shared.checks.SharedChecks;
import dev.rodingateway.status.CheckCoordinator.Decision;
import dev.rodingateway.status.CheckCoordinator.Decision.Adopt;
import dev.rodingateway.status.CheckCoordinator.Decision.Proceed;
import dev.rodingateway.status.CheckCoordinator.Follower;
import dev.rodingateway.status.CheckCoordinator.Known;
import dev.rodingateway.status.CheckCoordinator.Lease;
import dev.rodingateway.status.SharedResult;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Coordination of checks with another replica, which the test controls, on a real server. */
class SharedChecksTest {

    private static final Duration NOTIFIED_WITHIN = Duration.ofMillis(200);

    private static RedisProcess redis;
    private static Vertx vertx;

    private final TaskKey key = new TaskKey("key-" + UUID.randomUUID());
    private final TaskHash task = TaskHash.of(key);
    private final Cache cache = new Cache();
    private TestReplica here;
    private TestReplica other;
    private SharedChecks checks;

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
        Config config = Config.of(redis.url());
        here = TestReplica.connected(vertx, config, 120);
        other = TestReplica.connected(vertx, config, 120);
        checks = new SharedChecks(here.store, Ticker.systemTicker(), Runnable::run);
        checks.follow(cache);
    }

    @AfterEach
    void stopReplicas() {
        here.close();
        other.close();
    }

    @Test
    void firstReplicaChecksAndAllReplicasReportTheSameTimeOfTheCheck() {
        Lease lease = proceed();
        Instant checkedAt = lease.now();

        lease.found(new CheckResult(status(GENERATING), Duration.ofMillis(20)), checkedAt, Duration.ofMinutes(1));

        Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(held())
                .isInstanceOfSatisfying(SharedOutcome.Status.class, status -> {
                    assertThat(status.checkedAt().toEpochMilli()).isEqualTo(checkedAt.toEpochMilli());
                    assertThat(status.token().value()).isEqualTo(lease.token());
                    assertThat(status.took()).isEqualTo(Duration.ofMillis(20));
                }));
    }

    @Test
    void statusInTheStoreIsAdoptedUnlessItIsKnown() {
        SharedOutcome.Status held = (SharedOutcome.Status) other.end(other.go(task), status(DONE));

        SharedResult.Status found = (SharedResult.Status) ((Adopt) await(begin(0))).result();

        assertThat(found.token()).isEqualTo(held.token().value());
        assertThat(found.status()).isEqualTo(held.status());
        assertThat(cache.found).contains(found);
        assertThat(await(begin(found.token()))).isInstanceOf(Proceed.class);
    }

    @Test
    void resultOfAnotherReplicasCheckIsAwaitedAndAdoptedImmediately() {
        dev.rodingateway.shared.Lease lease = other.go(task);
        UniAssertSubscriber<Decision> waiting = begin(0);
        // Meanwhile the store is called again and still returns that another replica checks the task.
        Awaitility.await().atMost(LONG).until(() -> begins() >= 3);
        waiting.assertNotTerminated();

        long ended = System.nanoTime();
        other.end(lease, status(GENERATING));

        assertThat(await(waiting)).isInstanceOf(Adopt.class);
        assertThat(Duration.ofNanos(System.nanoTime() - ended)).isLessThan(NOTIFIED_WITHIN);
    }

    @Test
    void releasedCheckIsTakenOverImmediately() {
        dev.rodingateway.shared.Lease lease = other.go(task);
        UniAssertSubscriber<Decision> waiting = begin(0);

        other.store.release(lease).await().atMost(LONG);

        assertThat(await(waiting)).isInstanceOf(Proceed.class);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void onlyFailuresThatRodinReturnedAreShared(Kind kind) {
        Lease lease = proceed();

        lease.failed(LookupFailure.of(kind), Duration.ofSeconds(20));

        boolean shared =
                switch (kind) {
                    case TASK_NOT_FOUND, INVALID_KEY, UPSTREAM_ERROR, UPSTREAM_THROTTLED -> true;
                    case UPSTREAM_CREDENTIALS,
                            UPSTREAM_ACCOUNT,
                            UPSTREAM_INVALID_RESPONSE,
                            UPSTREAM_UNAVAILABLE,
                            UPSTREAM_TIMEOUT,
                            TOO_MANY_WATCHERS -> false;
                };
        Awaitility.await().atMost(LONG).untilAsserted(() -> {
            Begin next = other.begin(task, FencingToken.NONE);
            assertThat(next).isNotInstanceOf(Begin.Wait.class);
            assertThat(next instanceof Begin.Adopt).isEqualTo(shared);
        });
        if (shared) {
            SharedResult.Failed found = (SharedResult.Failed) ((Adopt) await(begin(0))).result();
            assertThat(found.failure().kind()).isEqualTo(kind);
            assertThat(found.left()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));
        }
    }

    @Test
    void openCircuitOfOneReplicaIsNotShared() {
        proceed().failed(LookupFailure.of(Kind.UPSTREAM_ERROR).withoutCall(), Duration.ofSeconds(20));

        Awaitility.await().atMost(LONG).until(() -> other.begin(task, FencingToken.NONE) instanceof Begin.Go);
    }

    @Test
    void knownTasksAreUpdatedByTheLogAndOthersAreNot() {
        proceed();
        TaskHash unknown = TestReplica.task("unknown-" + UUID.randomUUID());

        other.end(other.go(unknown), status(DONE));
        other.store
                .offer(
                        task,
                        new SharedOutcome.Status(
                                status(DONE), here.store.localToken(), Instant.now(), Duration.ZERO, Duration.ZERO),
                        Duration.ofHours(1))
                .await()
                .atMost(LONG);

        Awaitility.await().atMost(LONG).until(() -> !cache.found.isEmpty());
        assertThat(cache.keys).containsOnly(key);
    }

    @Test
    void removalsArePropagatedInBothDirections() {
        other.end(other.go(task), status(DONE));
        await(begin(0));

        checks.purge(key).await().atMost(LONG);

        assertThat(held()).isInstanceOf(SharedOutcome.Nothing.class);
        Awaitility.await().atMost(LONG).until(() -> cache.purged.contains(key));
        Awaitility.await().atMost(LONG).until(() -> other.log.contains(new LogEntry.Purged(task)));
    }

    @Test
    void removedTaskWithAnUnknownKeyIsFoundInTheCache() {
        TaskKey cachedLongAgo = new TaskKey("long-ago-" + UUID.randomUUID());

        other.store.purge(TaskHash.of(cachedLongAgo)).await().atMost(LONG);

        Awaitility.await().atMost(LONG).until(() -> cache.purgedAll.stream()
                .anyMatch(keys -> keys.test(cachedLongAgo) && !keys.test(key)));
    }

    @Test
    void checksProceedWithoutTheStoreAndTheirResultsAreOfferedWhenItIsAvailableAgain() throws InterruptedException {
        // Given
        long before = proceed().token();
        redis.kill();

        // When
        long asked = System.nanoTime();
        Lease lease = proceed();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofMillis(750));
        here.awaitLost();
        asked = System.nanoTime();
        proceed();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofMillis(100));
        TaskStatus status = status(DONE);
        assertThat(lease.token()).isGreaterThan(before);
        assertThat(lease.now())
                .isBetween(Instant.now().minusSeconds(2), Instant.now().plusSeconds(2));
        lease.found(new CheckResult(status, Duration.ZERO), lease.now(), Duration.ofHours(1));
        cache.known.put(
                key,
                new Known(
                        new SharedResult.Status(status, lease.token(), lease.now(), Duration.ZERO, Duration.ZERO),
                        Duration.ofHours(1)));
        redis.start();

        // Then
        Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(
                        other.store.isAvailable() ? held() : new SharedOutcome.Nothing())
                .isInstanceOfSatisfying(SharedOutcome.Status.class, held -> assertThat(held.status())
                        .isEqualTo(status)));
    }

    /** A server that was suspended executes commands sent meanwhile long after their callers have timed out. */
    @Test
    void leaseGrantedAfterItsCallerTimedOutDelaysNoCheck() throws IOException, InterruptedException {
        redis.suspend();
        assertThat(proceed().token()).isPositive();
        here.awaitLost();
        redis.resume();
        here.awaitAvailable();
        other.awaitAvailable();

        Awaitility.await()
                .atMost(Duration.ofSeconds(3))
                .until(() -> other.begin(task, FencingToken.NONE) instanceof Begin.Go);
    }

    @Test
    void endOfACheckIsRepeatedWhenTheStoreIsAvailableAgain() throws IOException, InterruptedException {
        Lease found = proceed();
        TaskKey failedKey = new TaskKey("failed-" + UUID.randomUUID());
        Lease failed = ((Proceed) await(checks.begin(failedKey, RequestClass.FIRST, 0)
                        .subscribe()
                        .withSubscriber(UniAssertSubscriber.create())))
                .lease();
        redis.suspend();
        here.awaitLost();

        found.found(new CheckResult(status(GENERATING), Duration.ZERO), found.now(), Duration.ofHours(1));
        failed.failed(LookupFailure.of(Kind.UPSTREAM_TIMEOUT), Duration.ofSeconds(1));
        redis.resume();
        other.awaitAvailable();

        Awaitility.await().atMost(Duration.ofSeconds(3)).untilAsserted(() -> {
            assertThat(other.begin(task, FencingToken.NONE)).isInstanceOf(Begin.Adopt.class);
            assertThat(other.begin(TaskHash.of(failedKey), FencingToken.NONE)).isInstanceOf(Begin.Go.class);
        });
        assertThat(other.begin(task, new FencingToken(found.token()))).isInstanceOf(Begin.Go.class);
    }

    @Test
    void callerThatWaitsForAnotherReplicaProceedsWhenTheStoreFails() throws InterruptedException {
        other.go(task);
        UniAssertSubscriber<Decision> waiting = begin(0);
        waiting.assertNotTerminated();

        redis.kill();
        long killed = System.nanoTime();
        try {
            assertThat(await(waiting)).isInstanceOf(Proceed.class);
            assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(1));
        } finally {
            redis.start();
            here.awaitAvailable();
            other.awaitAvailable();
        }
    }

    @Test
    void knownTasksAreComparedWithTheStoreAfterAReconnection() {
        other.end(other.go(task), status(DONE));
        await(begin(0));
        cache.found.clear();

        try (RespClient client = redis.client()) {
            client.send("CLIENT", "KILL", "TYPE", "normal");
        }

        Awaitility.await().atMost(LONG).until(() -> !cache.found.isEmpty());
    }

    @Test
    void liveTasksAreThoseOfAllReplicasWhileTheStoreIsAvailable() {
        for (int i = 0; i < 3; i++) {
            TaskHash live = TestReplica.task("live-" + UUID.randomUUID());
            other.end(other.go(live), status(GENERATING));
            other.begin(live, FencingToken.NONE);
        }

        Awaitility.await().atMost(LONG).until(() -> checks.liveTasks(1) == 3);
        assertThat(checks.liveTasks(5)).isEqualTo(5);
    }

    private Lease proceed() {
        return ((Proceed) await(begin(0))).lease();
    }

    private UniAssertSubscriber<Decision> begin(long known) {
        return checks.begin(key, RequestClass.FIRST, known).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private static Decision await(UniAssertSubscriber<Decision> decision) {
        return decision.awaitItem(LONG).getItem();
    }

    /** Returns how many times this replica has begun a check. */
    private long begins() {
        return here.meters.find("gateway.store.calls").tag("call", "begin").timers().stream()
                .mapToLong(timer -> timer.count())
                .sum();
    }

    private SharedOutcome held() {
        return other.store
                .fetch(List.of(task))
                .map(all -> all.getOrDefault(task, new SharedOutcome.Nothing()))
                .await()
                .atMost(LONG);
    }

    /** Records the cached status and the calls to the follower. */
    private static final class Cache implements Follower {

        final List<SharedResult> found = new CopyOnWriteArrayList<>();
        final List<TaskKey> keys = new CopyOnWriteArrayList<>();
        final List<TaskKey> purged = new CopyOnWriteArrayList<>();
        final List<Predicate<TaskKey>> purgedAll = new CopyOnWriteArrayList<>();
        final Map<TaskKey, Known> known = new HashMap<>();

        @Override
        public void found(TaskKey key, SharedResult result) {
            keys.add(key);
            found.add(result);
        }

        @Override
        public @Nullable Known known(TaskKey key) {
            return known.get(key);
        }

        @Override
        public void purge(TaskKey key) {
            purged.add(key);
        }

        @Override
        public void purgeAll(Predicate<TaskKey> all) {
            purgedAll.add(all);
        }
    }
}
