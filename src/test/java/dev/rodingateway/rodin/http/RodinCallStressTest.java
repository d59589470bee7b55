package dev.rodingateway.rodin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.Deadline;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.rodin.RodinProducer;
import dev.rodingateway.rodin.WireMockRodin;
import dev.rodingateway.rodin.breaker.CircuitBreaker;
import dev.rodingateway.rodin.budget.Budget;
import dev.rodingateway.rodin.connection.IrregularResponse;
import dev.rodingateway.rodin.connection.OpenConnections;
import dev.rodingateway.rodin.token.BearerToken;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls behind the breaker that fail and are cancelled at the same time, by many threads: what is counted up is counted down once. */
@QuarkusTest
@WithTestResource(WireMockRodin.class)
@Timeout(60)
class RodinCallStressTest {

    private static final int ROUNDS = 6;
    private static final int THREADS = 8;
    private static final int STEPS = 250;

    /** What no step may take. */
    private static final Duration BLOCKED = Duration.ofSeconds(1);

    private final Map<String, CompletableFuture<Response>> atRodin = new ConcurrentHashMap<>();
    private final AtomicInteger keys = new AtomicInteger();
    private final CircuitBreaker breaker = new CircuitBreaker(Ticker.systemTicker());
    private final RodinCall call = new RodinCall(
            new RodinEndpoint(this::atRodin, new OpenConnections(), this::atRodin),
            new Budget(100_000, Ticker.systemTicker(), RodinProducer.timer()));

    @Test
    void everyCallThatEndsIsCountedDownOnce() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        ExecutorService racers = Executors.newFixedThreadPool(THREADS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                play(new Random(seed + round), threads, racers);
            }
        } catch (AssertionError e) {
            throw new AssertionError("with seed " + seed, e);
        } finally {
            threads.shutdownNow();
            racers.shutdownNow();
        }
    }

    private void play(Random seeds, ExecutorService threads, ExecutorService racers) throws Exception {
        // Given
        CyclicBarrier start = new CyclicBarrier(THREADS);
        Queue<Future<?>> races = new ConcurrentLinkedQueue<>();
        Queue<CompletableFuture<RodinResponse>> calls = new ConcurrentLinkedQueue<>();
        Queue<Duration> took = new ConcurrentLinkedQueue<>();

        // When
        List<Future<?>> running = new ArrayList<>();
        for (long seed : seeds.longs(THREADS).toArray()) {
            Random random = new Random(seed);
            running.add(threads.submit(() -> {
                start.await();
                for (int step = 0; step < STEPS; step++) {
                    long begun = System.nanoTime();
                    step(random.nextInt(4), calls, races, racers);
                    took.add(Duration.ofNanos(System.nanoTime() - begun));
                }
                return null;
            }));
        }
        for (Future<?> one : running) {
            one.get();
        }
        for (Future<?> race : races) {
            race.get();
        }

        // Then
        await().until(() -> calls.stream().allMatch(CompletableFuture::isDone));
        assertThat(took).allMatch(time -> time.compareTo(BLOCKED) < 0);
        assertAllConnectionsAreFree();
    }

    /** Lets a call fail, or cancels it, or both at once in either order. */
    private void step(
            int kind, Queue<CompletableFuture<RodinResponse>> calls, Queue<Future<?>> races, ExecutorService racers) {
        String key = "task-" + keys.incrementAndGet();
        CompletableFuture<RodinResponse> one = ask(key);
        calls.add(one);
        CompletableFuture<Response> rodin = atRodin.getOrDefault(key, new CompletableFuture<>());
        Runnable fails = () -> rodin.completeExceptionally(new IrregularResponse("of the test"));
        switch (kind) {
            case 0 -> fails.run();
            case 1 -> one.cancel(false);
            case 2 -> {
                races.add(racers.submit(fails));
                one.cancel(false);
            }
            default -> {
                races.add(racers.submit(() -> one.cancel(false)));
                fails.run();
            }
        }
    }

    private void assertAllConnectionsAreFree() {
        endAllAtRodin();
        await().until(() -> call.underWay() == 0);
        List<CompletableFuture<RodinResponse>> all = Stream.generate(() -> ask("task-" + keys.incrementAndGet()))
                .limit(RodinApiProducer.CONNECTIONS)
                .toList();
        assertThat(all).noneMatch(CompletableFuture::isDone);
        assertThat(call.underWay()).isEqualTo(RodinApiProducer.CONNECTIONS);
        assertThat(ask("one-too-many"))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(LookupFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.UPSTREAM_THROTTLED));
        endAllAtRodin();
        await().until(() -> call.underWay() == 0 && all.stream().allMatch(CompletableFuture::isDone));
    }

    /** The breaker does not pass a cancellation on: a call goes on until Rodin has answered. */
    private void endAllAtRodin() {
        atRodin.values().forEach(rodin -> rodin.completeExceptionally(new IrregularResponse("of the test")));
        atRodin.clear();
    }

    private CompletableFuture<RodinResponse> ask(String key) {
        Deadline deadline = Deadline.after(Duration.ofMinutes(1), Ticker.systemTicker());
        Check check = new Check(new TaskKey(key), RequestClass.FIRST, new BearerToken("a-key"), deadline);
        return breaker.guard(() -> call.ask(check)).subscribeAsCompletionStage();
    }

    private Uni<Response> atRodin(CheckRequest request) {
        return Uni.createFrom()
                .completionStage(atRodin.computeIfAbsent(request.subscriptionKey(), key -> new CompletableFuture<>()));
    }
}
