package dev.rodingateway.rodin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rodingateway.rodin.token.LogOf;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskStatus;
import io.micrometer.core.instrument.Timer;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that contradict what is known of a task, as a stray one of another task does. */
@QuarkusTest
@WithTestResource(WireMockRodin.class)
class ConfirmedRodinTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final TaskStatus KNOWN = status("j-1", "j-2");

    private static final String SAME =
            "{\"jobs\":[{\"uuid\":\"j-1\",\"status\":\"Done\"},{\"uuid\":\"j-2\",\"status\":\"Done\"}]}";
    private static final String OTHER = "{\"jobs\":[{\"uuid\":\"x-1\",\"status\":\"Done\"}]}";
    private static final String THIRD = "{\"jobs\":[{\"uuid\":\"y-1\",\"status\":\"Done\"}]}";
    private static final String NO_IDS = "{\"jobs\":[{\"status\":\"Done\"}]}";
    private static final String NO_JOBS = "{\"jobs\":[]}";
    private static final String NOT_FOUND = "{\"error\":\"NO_SUCH_TASK\"}";
    private static final String INVALID = "{\"error\":\"INVALID_REQUEST\"}";

    private final LogOf log = new LogOf(CheckStateLog.class);

    @AfterEach
    void stopLog() {
        log.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {OTHER, NO_IDS, NO_JOBS, NOT_FOUND, INVALID})
    void contradictingResponseIsRequestedAgainOnANewConnection(String contradicting) throws IOException {
        try (RawServer rodin = new RawServer(answering(SAME, contradicting, SAME), answering(SAME));
                ClientAt client = new ClientAt(rodin.url())) {
            client.check(); // opens the connection

            TaskStatus status = check(client, KNOWN);

            assertThat(ids(status)).containsExactly("j-1", "j-2");
            assertThat(rodin.connections()).as("not the one that is suspect").hasSize(2);
            assertThat(rodin.requests()).hasSize(3);
            assertThat(checks(client)).as("both are one check").isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {NOT_FOUND + "|TASK_NOT_FOUND", INVALID + "|INVALID_KEY"})
    void finalFailureReceivedTwiceIsAccepted(String refusal, Kind kind) throws IOException {
        try (RawServer rodin = new RawServer(answering(refusal));
                ClientAt client = new ClientAt(rodin.url())) {
            LookupFailure failure = failure(client, KNOWN);

            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(rodin.connections()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OTHER, NO_IDS})
    void otherJobsReceivedTwiceAreAccepted(String other) throws IOException {
        try (RawServer rodin = new RawServer(answering(other));
                ClientAt client = new ClientAt(rodin.url())) {
            assertThat(check(client, KNOWN).terminal()).isTrue();
            assertThat(rodin.connections()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                OTHER + "|" + THIRD,
                OTHER + "|" + NO_IDS,
                NO_IDS + "|" + OTHER,
                OTHER + "|" + NOT_FOUND,
                NOT_FOUND + "|" + OTHER,
                NOT_FOUND + "|" + INVALID
            })
    void responsesThatAlsoContradictEachOtherAreInvalid(String first, String second) throws IOException {
        try (RawServer rodin = new RawServer(answering(first), answering(second));
                ClientAt client = new ClientAt(rodin.url())) {
            LookupFailure failure = failure(client, KNOWN);

            assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_INVALID_RESPONSE);
            assertThat(failure.rodinCalled()).isTrue();
            assertThat(client.meters()
                            .find("rodin.checks")
                            .tag("outcome", "answered")
                            .timer())
                    .satisfies(answered -> assertThat(answered.count()).isZero());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SAME,
                "{\"jobs\":[{\"uuid\":\"j-2\",\"status\":\"Waiting\"},{\"uuid\":\"x-1\",\"status\":\"Done\"}]}"
            })
    void plausibleResponseIsNotRequestedTwice(String body) throws IOException {
        try (RawServer rodin = new RawServer(answering(body));
                ClientAt client = new ClientAt(rodin.url())) {
            check(client, KNOWN);

            assertThat(rodin.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OTHER, NO_IDS})
    void nothingContradictsAStatusWithoutJobIds(String body) throws IOException {
        try (RawServer rodin = new RawServer(answering(body));
                ClientAt client = new ClientAt(rodin.url())) {
            check(client, null);
            check(client, new TaskStatus(List.of()));
            check(client, new TaskStatus(List.of(new Job(null, JobStatus.WAITING, null, null))));

            assertThat(rodin.requests()).hasSize(3);
        }
    }

    @Test
    void bothCallsShareOneTimeLimit() throws IOException {
        Duration limit = Duration.ofMillis(1600);
        CompletableFuture<Void> end = new CompletableFuture<>();
        try (RawServer rodin = new RawServer(
                        connection -> {
                            connection.readKey();
                            connection.awaitSilence(Duration.ofMillis(1200));
                            connection.write(response(OTHER));
                            connection.awaitClose();
                        },
                        connection -> {
                            connection.readKey();
                            end.join();
                        });
                ClientAt client = new ClientAt(rodin.url(), limit)) {
            long begun = System.nanoTime();
            LookupFailure failure = failure(client, KNOWN);
            Duration taken = Duration.ofNanos(System.nanoTime() - begun);
            end.complete(null);

            assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_TIMEOUT);
            assertThat(taken).isBetween(limit, limit.plusMillis(800));
            assertThat(checks(client)).isEqualTo(1);
        }
    }

    /** Otherwise the key would be checked again half a second later, for ever: Rodin has been asked after all. */
    @Test
    void checkWithoutAPermitForTheSecondCallHasCalledRodin() throws IOException {
        try (RawServer rodin = new RawServer(answering(OTHER));
                ClientAt client = new ClientAt(rodin.url(), Duration.ofSeconds(2), 1)) {
            LookupFailure failure = failure(client, KNOWN);

            assertThat(rodin.requests()).hasSize(1);
            assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_INVALID_RESPONSE);
            assertThat(failure.rodinCalled()).isTrue();
        }
    }

    @Test
    void unconfirmedResponseIsNotLoggedAsSuccess() throws IOException {
        try (RawServer rodin = new RawServer(answering("{", "{", "{", OTHER), answering(THIRD, SAME));
                ClientAt client = new ClientAt(rodin.url())) {
            for (int i = 0; i < 3; i++) {
                failure(client, null);
            }
            assertThat(log.lines()).hasSize(1);

            failure(client, KNOWN);
            assertThat(log.lines()).hasSize(1);
            check(client, KNOWN);
            assertThat(log.lines()).hasSize(2);
        }
    }

    private static RawServer.Script answering(String... bodies) {
        return connection -> {
            for (int i = 0; ; i = Math.min(i + 1, bodies.length - 1)) {
                connection.readKey();
                connection.write(response(bodies[i]));
            }
        };
    }

    private static String response(String body) {
        return "HTTP/1.1 201 Created\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static TaskStatus check(ClientAt client, TaskStatus known) {
        return client.client()
                .check(ClientAt.KEY, RequestClass.REFRESH, known)
                .await()
                .atMost(LIMIT)
                .status();
    }

    private static LookupFailure failure(ClientAt client, TaskStatus known) {
        return (LookupFailure) catchThrowable(() -> check(client, known));
    }

    private static long checks(ClientAt client) {
        return client.meters().find("rodin.checks").timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    private static TaskStatus status(String... ids) {
        return new TaskStatus(Stream.of(ids)
                .map(id -> new Job(id, JobStatus.GENERATING, null, null))
                .toList());
    }

    private static List<String> ids(TaskStatus status) {
        return status.jobs().stream().map(Job::id).toList();
    }
}
