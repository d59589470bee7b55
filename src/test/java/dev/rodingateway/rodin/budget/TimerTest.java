package dev.rodingateway.rodin.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.RodinProducer;
import dev.rodingateway.rodin.WireMockRodin;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(WireMockRodin.class)
class TimerTest {

    @Inject
    Vertx vertx;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 999_999, 1_000_000, 1_000_001, 2_500_000})
    void onAnEventLoopNoDelayIsTooShortAndNoneIsCutShort(long nanos) {
        CompletableFuture<Long> waited = new CompletableFuture<>();

        vertx.getOrCreateContext().runOnContext(ignored -> {
            try {
                long begun = System.nanoTime();
                assertThat(RodinProducer.timer()
                                .runAfter(nanos, () -> waited.complete(System.nanoTime() - begun))
                                .isCancelled())
                        .isFalse();
            } catch (RuntimeException | AssertionError e) {
                waited.completeExceptionally(e);
            }
        });

        assertThat(waited).succeedsWithin(Duration.ofSeconds(10)).satisfies(elapsed -> assertThat(elapsed)
                .isGreaterThanOrEqualTo(nanos));
    }
}
