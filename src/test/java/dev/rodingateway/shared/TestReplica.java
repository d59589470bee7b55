package dev.rodingateway.shared;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.RateLimiter;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.shared.budget.Permit;
import dev.rodingateway.shared.redis.RedisConfig;
import dev.rodingateway.shared.redis.RedisSettings;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** One of several replicas in this process, which share a real server. */
final class TestReplica implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(10);

    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(10);

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<LogEntry> log = new CopyOnWriteArrayList<>();
    final SharedReplica replica;
    final SharedStore store;
    final RateLimiter limiter;

    private TestReplica(Vertx vertx, RedisConfig config, int perMinute) {
        RedisSettings settings = RedisSettings.of(config, URI.create("https://rodin.example"));
        this.replica = SharedReplica.create(vertx, settings, perMinute, CHECK_TIMEOUT, meters, Ticker.systemTicker());
        this.store = replica.store();
        this.limiter = replica.rateLimiter();
        store.follow(log::add);
        replica.start();
    }

    /** Starts a replica; it may not be connected yet. */
    static TestReplica started(Vertx vertx, RedisConfig config, int perMinute) {
        return new TestReplica(vertx, config, perMinute);
    }

    /** Starts a replica and waits until it uses the store. */
    static TestReplica connected(Vertx vertx, RedisConfig config, int perMinute) {
        TestReplica started = started(vertx, config, perMinute);
        started.awaitAvailable();
        return started;
    }

    void awaitAvailable() {
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(store::isAvailable);
    }

    void awaitLost() {
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !store.isAvailable());
    }

    Begin begin(TaskHash task, FencingToken known) {
        return store.begin(task, RequestClass.FIRST, UUID.randomUUID().toString(), known)
                .await()
                .atMost(LONG);
    }

    Lease go(TaskHash task) {
        return ((Begin.Go) begin(task, FencingToken.NONE)).lease();
    }

    SharedOutcome end(Lease lease, TaskStatus status) {
        return store.end(lease, new CheckResult(status, Duration.ofMillis(120)), Duration.ofMinutes(10))
                .await()
                .atMost(LONG);
    }

    Permit permit(RequestClass requestClass, Duration longestWait) {
        return replica.budget().permit(requestClass, longestWait).await().atMost(LONG);
    }

    @Override
    public void close() {
        replica.stop();
        Awaitility.await().until(() -> !store.isAvailable());
    }

    static TaskHash task(String key) {
        return TaskHash.of(new TaskKey(key));
    }

    static TaskStatus status(JobStatus... jobs) {
        return new TaskStatus(java.util.Arrays.stream(jobs)
                .map(job -> new Job(UUID.randomUUID().toString(), job, null, null))
                .toList());
    }

    /** Settings with a namespace of their own. */
    record Config(
            Optional<String> url,
            String type,
            Optional<String> master,
            Optional<String> username,
            Optional<String> password,
            Optional<String> passwordFile,
            Optional<String> caFile,
            Optional<String> certFile,
            Optional<String> keyFile,
            Optional<String> namespace,
            Duration timeout,
            int expectedReplicas)
            implements RedisConfig {

        static Config of(String url) {
            return new Config(
                    Optional.of(url),
                    "standalone",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("test-" + UUID.randomUUID()),
                    Duration.ofMillis(250),
                    2);
        }

        Config withType(String newType, String newMaster) {
            return new Config(
                    url,
                    newType,
                    Optional.ofNullable(newMaster),
                    username,
                    password,
                    passwordFile,
                    caFile,
                    certFile,
                    keyFile,
                    namespace,
                    timeout,
                    expectedReplicas);
        }

        Config withPasswordFile(String file) {
            return new Config(
                    url,
                    type,
                    master,
                    username,
                    password,
                    Optional.of(file),
                    caFile,
                    certFile,
                    keyFile,
                    namespace,
                    timeout,
                    expectedReplicas);
        }

        Config withPassword(String user, String newPassword) {
            return new Config(
                    url,
                    type,
                    master,
                    Optional.ofNullable(user),
                    Optional.of(newPassword),
                    passwordFile,
                    caFile,
                    certFile,
                    keyFile,
                    namespace,
                    timeout,
                    expectedReplicas);
        }

        Config withTls(String ca, String cert, String key) {
            return new Config(
                    url,
                    type,
                    master,
                    username,
                    password,
                    passwordFile,
                    Optional.ofNullable(ca),
                    Optional.ofNullable(cert),
                    Optional.ofNullable(key),
                    namespace,
                    timeout,
                    expectedReplicas);
        }

        Config withNamespace(String value) {
            return new Config(
                    url,
                    type,
                    master,
                    username,
                    password,
                    passwordFile,
                    caFile,
                    certFile,
                    keyFile,
                    Optional.ofNullable(value),
                    timeout,
                    expectedReplicas);
        }
    }
}
