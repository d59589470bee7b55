package dev.rodingateway.status;

import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.status.freshness.FreshnessConfig;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to find a fresh answer, by a key that has just been read from a path. */
@State(Scope.Benchmark)
public class CacheHitBenchmark {

    private static final String LIVE = "l".repeat(392);
    private static final String ENDED = "e".repeat(392);

    private final TaskStatuses statuses = TaskStatusesProducer.assemble(
                    (key, purpose, known) -> Uni.createFrom().item(new CheckResult(statusOf(key), Duration.ZERO)),
                    () -> 1.5,
                    new TaskStatusesProducer.Settings(
                            new Lifetimes(), Duration.ofMinutes(10), 100_000, Duration.ofSeconds(1), 1),
                    new TaskStatusesProducer.Time(
                            InstantSource.system(),
                            Ticker.systemTicker(),
                            (delay, task) -> new CompletableFuture<>(),
                            ForkJoinPool.commonPool(),
                            () -> 0.5),
                    new SimpleMeterRegistry())
            .statuses();

    public CacheHitBenchmark() {
        statuses.lookUp(new TaskKey(LIVE)).await().indefinitely();
        statuses.lookUp(new TaskKey(ENDED)).await().indefinitely();
    }

    @Benchmark
    public @Nullable LookupResult hitLive() {
        return statuses.fresh(new TaskKey(LIVE));
    }

    @Benchmark
    public @Nullable LookupResult hitEnded() {
        return statuses.fresh(new TaskKey(ENDED));
    }

    private static TaskStatus statusOf(TaskKey key) {
        JobStatus status = key.value().startsWith("l") ? JobStatus.GENERATING : JobStatus.DONE;
        return new TaskStatus(List.of(new Job("2c6f1d1e-0000-4000-8000-000000000000", status, null, null)));
    }

    /** Longer than the benchmark takes, so that only hits are measured. */
    private record Lifetimes() implements FreshnessConfig {

        @Override
        public Duration waiting() {
            return Duration.ofHours(1);
        }

        @Override
        public Duration generating() {
            return Duration.ofHours(1);
        }

        @Override
        public Duration terminal() {
            return Duration.ofHours(24);
        }

        @Override
        public Duration notFound() {
            return Duration.ofSeconds(5);
        }
    }
}
