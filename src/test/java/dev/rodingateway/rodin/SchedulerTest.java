package dev.rodingateway.rodin;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Scheduler;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(WireMockRodin.class)
class SchedulerTest {

    @Inject
    Vertx vertx;

    @Inject
    Scheduler scheduler;

    @Test
    void taskRunsInTheExecutorThatItIsScheduledFor() {
        CompletableFuture<Runnable> received = new CompletableFuture<>();
        Runnable task = () -> {};

        Future<?> unused = scheduler.schedule(received::complete, task, 1, TimeUnit.MILLISECONDS);

        assertThat(received).succeedsWithin(Duration.ofSeconds(10)).isSameAs(task);
    }

    @Test
    void cancelledTaskDoesNotRun() {
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        CompletableFuture<Void> later = new CompletableFuture<>();

        scheduler
                .schedule(Runnable::run, () -> cancelled.complete(null), 200, TimeUnit.MILLISECONDS)
                .cancel(false);
        Future<?> unused = scheduler.schedule(Runnable::run, () -> later.complete(null), 300, TimeUnit.MILLISECONDS);

        assertThat(later).succeedsWithin(Duration.ofSeconds(10));
        assertThat(cancelled).isNotDone();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 999_999, 1_000_000, 1_000_001, 2_500_000})
    void onAnEventLoopNoDelayIsTooShortAndNoneIsCutShort(long nanos) {
        CompletableFuture<Long> waited = new CompletableFuture<>();

        vertx.getOrCreateContext().runOnContext(ignored -> {
            try {
                long begun = System.nanoTime();
                Future<?> unused = scheduler.schedule(
                        Runnable::run, () -> waited.complete(System.nanoTime() - begun), nanos, TimeUnit.NANOSECONDS);
            } catch (RuntimeException | AssertionError e) {
                waited.completeExceptionally(e);
            }
        });

        assertThat(waited).succeedsWithin(Duration.ofSeconds(10)).satisfies(elapsed -> assertThat(elapsed)
                .isGreaterThanOrEqualTo(nanos));
    }
}
