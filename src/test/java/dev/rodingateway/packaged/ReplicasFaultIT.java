package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.packaged.Looks.Look;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three gateways that share a Redis which fails, while frontends look at tasks steadily. */
@Tag("slow")
class ReplicasFaultIT {

    private static final int BUDGET = 600;
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    /** How long after the end of a fault all is as before. */
    private static final Duration SHARED_AGAIN_WITHIN = Duration.ofSeconds(5);

    /** The patience of 1 s for a known task, a command timeout of 250 ms, and what a busy machine may add. */
    private static final Duration LONGEST_LOOK = Duration.ofMillis(1800);

    private static final List<String> TASKS =
            IntStream.range(0, 6).mapToObj(i -> "600000-task-" + i).toList();

    private Replicas replicas;
    private Looks looks;
    private long warm;

    @BeforeEach
    void lookSteadily() {
        replicas = new Replicas(3, Map.of("GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE", String.valueOf(BUDGET)));
        looks = new Looks(replicas.all(), TASKS.size());
        looks.begin(TASKS, LOOK_EVERY);
        pass(Duration.ofSeconds(5));
        assertThat(looks.failed()).isEmpty();
        warm = System.nanoTime();
    }

    @AfterEach
    void stop() {
        looks.close();
        replicas.close();
    }

    @Test
    void nobodyNoticesThatTheStoreIsKilledAndStartedAgainEmpty() {
        replicas.redis().kill();
        pass(Duration.ofSeconds(10));
        replicas.redis().startAgain();
        assertSharedAgain();
    }

    @Test
    void nobodyNoticesThatTheStoreIsSuspended() {
        replicas.redis().suspend();
        pass(Duration.ofSeconds(10));
        replicas.redis().resume();
        assertSharedAgain();
    }

    @Test
    void nobodyNoticesThatTheStoreIsFlushed() {
        assertThat(replicas.redis().call("FLUSHALL")).startsWith("+OK");
        assertSharedAgain();
    }

    @Test
    void nobodyNoticesThatTheStoreClosesAllConnections() {
        replicas.redis().call("CLIENT KILL TYPE normal");
        assertSharedAgain();
    }

    @Test
    void nobodyNoticesThatTheStoreIsFull() {
        replicas.redis().call("CONFIG SET maxmemory-policy noeviction");
        replicas.redis().call("CONFIG SET maxmemory 1");
        pass(Duration.ofSeconds(6));
        replicas.redis().call("CONFIG SET maxmemory 0");
        assertSharedAgain();
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
        looks.turnTo(replicas.all().subList(0, 2));
        replicas.kill(victim);
        looks.begin(List.of("600000-orphan"), Duration.ofSeconds(1));

        // Then: the wait for a permit, the upstream timeout and 1 s, and one look that began then
        await().atMost(Duration.ofSeconds(2 + 10 + 1 + 4)).until(() -> looks.all().stream()
                .anyMatch(look -> look.key().contains("orphan") && look.status() == 200));
        assertThat(looks.failed().stream().filter(look -> look.port() != victim.port()))
                .isEmpty();
    }

    private void assertSharedAgain() {
        long end = System.nanoTime() + SHARED_AGAIN_WITHIN.toNanos();
        pass(SHARED_AGAIN_WITHIN.plusSeconds(6));
        looks.end();

        assertThat(looks.failed()).isEmpty();
        assertThat(looks.all().stream()
                        .filter(look -> look.begun() > warm && look.took().compareTo(LONGEST_LOOK) > 0)
                        .map(Look::took))
                .isEmpty();
        List<Look> after =
                looks.all().stream().filter(look -> look.begun() > end).toList();
        assertThat(after).hasSizeGreaterThan(100);
        assertThat(Looks.backInTime(after).stream().limit(3)).isEmpty();
        // Six tasks, each checked every 1.6 s by one of the replicas
        long checks = replicas.rodin().checks("task").stream()
                .filter(check -> check.arrived() > end)
                .count();
        assertThat(checks).isBetween(6L, 6L * 6);
        assertThat(TimedRodin.busiest(replicas.rodin().checks(""), Duration.ofSeconds(60)))
                .isLessThanOrEqualTo(BUDGET);
    }

    /** Lets time pass, in which frontends look at tasks: the measurement, not a way to wait for something. */
    private static void pass(Duration time) {
        try {
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
