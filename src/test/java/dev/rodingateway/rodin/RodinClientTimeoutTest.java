package dev.rodingateway.rodin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.rodin.RawServer.Connection;
import dev.rodingateway.rodin.RawServer.Script;
import dev.rodingateway.task.LookupFailure.Kind;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.subscription.Cancellable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(WireMockRodin.class)
@Tag("thorough")
class RodinClientTimeoutTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    /** What a busy machine may add. */
    private static final Duration LIMIT_AND_SLACK = Duration.ofSeconds(3);

    private static final Script SAYS_NOTHING = connection -> {
        connection.readRequest();
        connection.awaitClose();
    };

    @Test
    void missingResponseIsATimeoutAndClosesTheConnection() throws IOException {
        assertTimeout(SAYS_NOTHING);
    }

    @Test
    void slowBodyIsATimeoutAndClosesTheConnection() throws IOException {
        assertTimeout(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n");
            connection.trickle(' ', Duration.ofMillis(200));
        });
    }

    @Test
    void slowHeadIsATimeoutAndClosesTheConnection() throws IOException {
        assertTimeout(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 201 Created\r\nX-Slow: ");
            connection.trickle('x', Duration.ofMillis(200));
        });
    }

    @Test
    void interimResponseDoesNotStopTheTimeout() throws IOException {
        assertTimeout(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 103 Early Hints\r\n\r\n");
            connection.awaitClose();
        });
    }

    @Test
    void retryIsPartOfTheTimeLimit() throws IOException {
        // Given
        Duration limit = Duration.ofSeconds(2);
        Duration late = Duration.ofMillis(1500);
        Script diesLate = connection -> {
            connection.readRequest();
            connection.awaitSilence(late);
        };

        try (RawServer rodin = new RawServer(diesLate, SAYS_NOTHING);
                ClientAt client = new ClientAt(rodin.url(), limit)) {
            // When
            long start = System.nanoTime();
            Kind failure = client.failure().kind();
            Duration taken = Duration.ofNanos(System.nanoTime() - start);

            // Then
            assertThat(failure).isEqualTo(Kind.UPSTREAM_TIMEOUT);
            assertThat(rodin.requests()).hasSize(2);
            assertThat(taken).isLessThan(late.plus(limit).minusMillis(300));
        }
    }

    @Test
    void afterATimeoutTheNextCheckSucceeds() throws IOException {
        // Given
        Script answers = connection -> {
            connection.readRequest();
            connection.answer("{\"jobs\":[{\"status\":\"Done\"}]}");
            connection.awaitClose();
        };

        try (RawServer rodin = new RawServer(SAYS_NOTHING, answers);
                ClientAt client = new ClientAt(rodin.url(), LIMIT)) {
            // When
            client.failure();

            // Then
            assertThat(client.check().jobs()).hasSize(1);
            assertThat(rodin.requests()).hasSize(2);
        }
    }

    @Test
    void canceledCheckClosesItsConnectionAndSignalsNothing() throws IOException {
        try (RawServer rodin = new RawServer(SAYS_NOTHING);
                ClientAt client = new ClientAt(rodin.url())) {
            // Given
            List<Object> signals = new CopyOnWriteArrayList<>();
            Cancellable check = client.client()
                    .check(ClientAt.KEY, RequestClass.FIRST, null)
                    .subscribe()
                    .with(signals::add, signals::add);
            await().until(() -> rodin.requests().size() == 1);

            // When
            check.cancel();

            // Then
            await().until(() -> rodin.connections().get(0).closedByClient());
            assertThat(rodin.requests()).hasSize(1);
            assertThat(signals).isEmpty();
        }
    }

    private static void assertTimeout(Script script) throws IOException {
        try (RawServer rodin = new RawServer(script);
                ClientAt client = new ClientAt(rodin.url(), LIMIT)) {
            // When
            long start = System.nanoTime();
            Kind failure = client.failure().kind();
            Duration taken = Duration.ofNanos(System.nanoTime() - start);

            // Then
            assertThat(failure).isEqualTo(Kind.UPSTREAM_TIMEOUT);
            assertThat(taken).isBetween(LIMIT.minusMillis(50), LIMIT_AND_SLACK);
            assertThat(rodin.requests()).hasSize(1);
            await().until(() -> rodin.connections().stream().allMatch(Connection::closedByClient));
        }
    }
}
