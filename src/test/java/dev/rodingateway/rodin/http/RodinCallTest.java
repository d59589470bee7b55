package dev.rodingateway.rodin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.Deadline;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.rodin.RodinProducer;
import dev.rodingateway.rodin.WireMockRodin;
import dev.rodingateway.rodin.budget.Budget;
import dev.rodingateway.rodin.connection.OpenConnections;
import dev.rodingateway.rodin.token.BearerToken;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpClosedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(WireMockRodin.class)
class RodinCallTest {

    /** A server that accepts a connection and closes it at once: sometimes the client notices before it can use it. */
    @Test
    void newConnectionClosedBeforeUseIsAnOutageAndRetried() {
        // Given
        AtomicInteger calls = new AtomicInteger();
        RodinApi closed = request -> {
            calls.incrementAndGet();
            return Uni.createFrom().failure(new HttpClosedException("Connection was closed"));
        };
        RodinCall call = new RodinCall(
                new RodinEndpoint(closed, new OpenConnections(), closed),
                new Budget(100_000, Ticker.systemTicker(), RodinProducer.scheduler()));
        Check check = new Check(
                new TaskKey("a-key"),
                RequestClass.FIRST,
                new BearerToken("a-token"),
                Deadline.after(Duration.ofSeconds(10), Ticker.systemTicker()));

        // When
        Throwable failure = catchThrowable(() -> call.call(check).await().atMost(Duration.ofSeconds(10)));

        // Then
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        assertThat(TransportFailures.isOutage(cause)).isTrue();
        assertThat(TransportFailures.classify(cause).kind()).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
        assertThat(calls).hasValue(2);
    }
}
