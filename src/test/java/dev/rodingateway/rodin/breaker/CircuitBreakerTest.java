package dev.rodingateway.rodin.breaker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.WireMockRodin;
import dev.rodingateway.rodin.http.RodinApiProducer;
import dev.rodingateway.rodin.http.RodinResponse;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@WithTestResource(WireMockRodin.class)
class CircuitBreakerTest {

    private static final int CLOSED = 0;
    private static final int OPEN = 2;

    private final CircuitBreaker breaker = new CircuitBreaker(Ticker.systemTicker());

    /** What Rodin will say, for each call that was made. */
    private final List<CompletableFuture<RodinResponse>> calls = new CopyOnWriteArrayList<>();

    /** How a call ends. */
    enum End {
        ANSWER(call -> call.complete(new RodinResponse(201, "{}".getBytes(UTF_8), null))),
        FAILURE(call -> call.completeExceptionally(new IOException("reset")));

        private final Consumer<CompletableFuture<RodinResponse>> end;

        End(Consumer<CompletableFuture<RodinResponse>> end) {
            this.end = end;
        }
    }

    @Test
    void callsInFlightAreLimitedToTheConnections() {
        // Given
        List<CompletableFuture<RodinResponse>> underWay = useAllConnections();

        // When
        LookupFailure failure = refused(call());

        // Then
        assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_THROTTLED);
        assertThat(failure.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1500));
        assertThat(failure.rodinCalled()).isFalse();
        assertThat(underWay).noneMatch(CompletableFuture::isDone);
        assertThat(calls).hasSize(RodinApiProducer.CONNECTIONS);
    }

    @ParameterizedTest
    @EnumSource
    void endOfACallAllowsAnotherAndNoRefusedOne(End way) {
        // Given
        List<CompletableFuture<RodinResponse>> underWay = useAllConnections();
        refused(call());

        // When
        way.end.accept(calls.get(5));
        await().until(() -> underWay.get(5).isDone());
        CompletableFuture<RodinResponse> next = call();

        // Then
        assertThat(calls).hasSize(RodinApiProducer.CONNECTIONS + 1);
        assertThat(next).isNotDone();
        refused(call());
        End.ANSWER.end.accept(calls.get(RodinApiProducer.CONNECTIONS));
        assertThat(next).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void canceledCallAllowsAnother() {
        // Given
        List<CompletableFuture<RodinResponse>> underWay = useAllConnections();

        // When
        underWay.get(5).cancel(false);
        CompletableFuture<RodinResponse> next = call();

        // Then
        assertThat(next).isNotDone();
        assertThat(calls).hasSize(RodinApiProducer.CONNECTIONS + 1);
    }

    @Test
    void refusedCallsDoNotCountAsFailures() {
        useAllConnections();

        for (int i = 0; i < 2 * CircuitBreaker.OF; i++) {
            refused(call());
        }

        assertThat(breaker.stateNumber()).isEqualTo(CLOSED);
    }

    @Test
    void refusedCallsDoNotCountAsSuccesses() {
        // Given
        List<CompletableFuture<RodinResponse>> underWay = useAllConnections();

        // When
        for (int i = 0; i < CircuitBreaker.OF; i++) {
            refused(call());
            refused(call());
            End.FAILURE.end.accept(calls.get(i));
            CompletableFuture<RodinResponse> failed = underWay.get(i);
            await().until(failed::isDone);
            CompletableFuture<RodinResponse> unused = call();
        }

        // Then
        assertThat(breaker.stateNumber()).isEqualTo(OPEN);
        assertThat(Stream.generate(breaker::open)
                        .limit(50)
                        .map(failure ->
                                Objects.requireNonNull(failure.retryAfter()).toMillis())
                        .distinct())
                .as("callers that are refused together do not return together")
                .hasSizeGreaterThan(10);
    }

    private List<CompletableFuture<RodinResponse>> useAllConnections() {
        List<CompletableFuture<RodinResponse>> underWay =
                Stream.generate(this::call).limit(RodinApiProducer.CONNECTIONS).toList();
        assertThat(calls).hasSize(RodinApiProducer.CONNECTIONS);
        return underWay;
    }

    private CompletableFuture<RodinResponse> call() {
        return breaker.guard(() -> {
                    CompletableFuture<RodinResponse> rodin = new CompletableFuture<>();
                    calls.add(rodin);
                    return Uni.createFrom().completionStage(rodin);
                })
                .subscribeAsCompletionStage();
    }

    /** Returns what a call that is refused at once was refused with. */
    private static LookupFailure refused(CompletableFuture<RodinResponse> call) {
        assertThat(call).isCompletedExceptionally();
        CompletionException thrown = catchThrowableOfType(CompletionException.class, call::join);
        return (LookupFailure) thrown.getCause();
    }
}
