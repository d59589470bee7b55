package dev.rodingateway.rodin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.rodin.RawServer.Connection;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Irregular responses on kept-alive connections, byte for byte. Whatever comes, a look-up ends with the jobs of its own key or
 * fails, and the look-up of the next key succeeds.
 */
@QuarkusTest
@WithTestResource(WireMockRodin.class)
@Tag("thorough")
class RodinClientConnectionTest {

    private static final String OTHER = "{\"jobs\":[{\"uuid\":\"of-nobody\",\"status\":\"Done\"}]}";
    private static final String UNFINISHED = "HTTP/1.1 102 Unfinished\r\n";
    private static final String STRAY = response("", OTHER);

    /** What is sent in response to a request; JOBS is replaced by the right body and LENGTH by its length. */
    private static final List<String> ANSWERS = List.of(
            "HTTP/1.1 100 Continue\r\n\r\n" + response(),
            "HTTP/1.1 102 Processing\r\n\r\n" + response(),
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + response(),
            "HTTP/1.1 104 New\r\n\r\n" + response(),
            "HTTP/1.1 199 Unknown\r\n\r\n" + response(),
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n" + response(),
            "HTTP/1.1 102 Processing\r\n\r\n".repeat(17) + response(),
            "HTTP/1.1 102 Processing\r\nContent-Length: 3\r\n\r\nabc" + response(),
            "HTTP/1.1 102 Processing\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + response(),
            UNFINISHED + "Content-Length: " + OTHER.length() + "\r\n\r\n" + OTHER,
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n" + response(),
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: HTTP/1.1\r\n\r\n" + response(),
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\nJOBS",
            "HTTP/1.1 204 No Content\r\nContent-Length: LENGTH\r\n\r\nJOBS",
            "HTTP/1.1 204 No Content\r\n\r\n" + STRAY,
            "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\nJOBS",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: LENGTH\r\n\r\nJOBS",
            "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "HTTP/1.1 099 Early\r\nContent-Length: LENGTH\r\n\r\nJOBS",
            "HTTP/1.1 999 Late\r\nContent-Length: LENGTH\r\n\r\nJOBS",
            response() + "\r\n",
            response() + "x",
            response() + OTHER,
            response() + STRAY,
            response() + "HTTP/1.1 20",
            response() + "HTTP/1.1 100 Continue\r\n\r\n",
            "\r\n\r\n" + response(),
            "\u0000" + response(),
            "HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nJOBS",
            "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\nJOBS",
            response("Content-Length: LENGTH\r\n", "JOBS"),
            response("Content-Length: 5\r\n", "JOBS"),
            response("Content-Length: 99999\r\n", "JOBS"),
            "HTTP/1.1 201 Created\r\nContent-Length: LENGTH, LENGTH\r\n\r\nJOBS",
            "HTTP/1.1 201 Created\r\nContent-Length: 5, 6\r\n\r\nJOBS",
            "HTTP/1.1 201 Created\r\nContent-Length: +5\r\n\r\nJOBS",
            "HTTP/1.1 201 Created\r\nContent-Length: 0x5\r\n\r\nJOBS",
            "HTTP/1.1 201 Created\r\nContent-Length:\r\n\r\nJOBS",
            "HTTP/1.1 201 Created\r\nContent-Length : 5\r\n\r\nJOBS",
            "HTTP/1.1 201 Created\r\nContent-Length: 5\nX: y\r\n\r\nJOBS",
            "HTTP/1.1 201 Created\nContent-Length: LENGTH\n\nJOBS",
            response("X: a\u0000b\r\n", "JOBS"),
            response("X: a\r\n b\r\n", "JOBS"),
            response("no colon\r\n", "JOBS"),
            response(": no name\r\n", "JOBS"),
            response("Transfer-Encoding: chunked\r\n", "JOBS"),
            response("Transfer-Encoding: chunked\r\n", "5\r\n{\"job\r\n0\r\n\r\n"),
            chunked("Transfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            chunked("Transfer-Encoding: chunked\r\n", "0\r\nX-Trailer: y\r\n\r\n"),
            chunked("Transfer-Encoding: chunked\r\n", "0\r\nContent-Length: 5\r\n\r\n"),
            chunked("Transfer-Encoding: chunked\r\n", "0\r\nbad trailer\r\n\r\n"),
            chunked("Transfer-Encoding: chunked\r\n", "0\r\n\r\nabc"),
            chunked("Transfer-Encoding: chunked\r\n", "0\r\n\r\n" + STRAY),
            chunked("Transfer-Encoding: chunked\r\n", "0;x=\"y\"\r\n\r\n"),
            chunked("Transfer-Encoding: chunked\r\n", "00000000000000000000\r\n\r\n"),
            chunked("Transfer-Encoding: chunked\r\n", "-1\r\n\r\n"),
            chunked("Transfer-Encoding: chunked\r\n", "zz\r\n\r\n"),
            chunked("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            chunked("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
            chunked("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
            "HTTP/1.0 201 Created\r\nContent-Length: LENGTH\r\n\r\nJOBS",
            "HTTP/1.0 201 Created\r\nConnection: keep-alive\r\nContent-Length: LENGTH\r\n\r\nJOBS",
            "HTTP/1.0 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.2 201 Created\r\nContent-Length: LENGTH\r\n\r\nJOBS",
            "HTTP/2.0 201 Created\r\nContent-Length: LENGTH\r\n\r\nJOBS",
            "http/1.1 201 Created\r\nContent-Length: LENGTH\r\n\r\nJOBS",
            "ICY 200 OK\r\nContent-Length: LENGTH\r\n\r\nJOBS",
            "HTTP/1.1 2x1 Created\r\nContent-Length: LENGTH\r\n\r\nJOBS",
            "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",
            response("Connection: close\r\n", "JOBS"),
            response("Connection: keep-alive, close\r\n", "JOBS"),
            response("Connection: keep-alive\r\nConnection: Close\r\n", "JOBS"),
            response("Keep-Alive: timeout=0\r\n", "JOBS"),
            response("Keep-Alive: timeout=99999999999, max=0\r\n", "JOBS"),
            response());

    /** What is sent on that connection once the look-up has ended. */
    private static final List<String> AFTERWARDS = List.of(
            "",
            STRAY,
            response("Connection: close\r\n", OTHER),
            "HTTP/1.1 20",
            OTHER,
            "\r\n",
            "0\r\n\r\n",
            "HTTP/1.1 102 Processing\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

    /** The connection that each key was answered on, once all of that answer is written. */
    private final Map<String, CompletableFuture<Connection>> answeredOn = new ConcurrentHashMap<>();

    private final AtomicInteger keys = new AtomicInteger();

    static Stream<String> answers() {
        return ANSWERS.stream();
    }

    @ParameterizedTest
    @MethodSource("answers")
    void noKeyGetsTheJobsOfAnotherAfterAnIrregularResponse(String answer) throws IOException {
        try (RawServer rodin = new RawServer(connection -> serve(connection, answer, new int[0]));
                ClientAt client = new ClientAt(rodin.url())) {
            for (String afterwards : AFTERWARDS) {
                checkRegular(client);
                String key = checkIrregular(client);
                writeTo(key, afterwards);
                checkRegular(client);
                checkRegular(client);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 102 Processing\r\n\r\n", "HTTP/1.1 104 New\r\n\r\n", "HTTP/1.1 199 Un", ""})
    void lateResponseAfterAnInterimResponseGoesToItsKey(String interim) throws IOException {
        try (RawServer rodin = new RawServer(connection -> {
                    while (true) {
                        String key = connection.readKey();
                        connection.write(interim);
                        connection.awaitSilence(Duration.ofMillis(300));
                        connection.write((interim.endsWith("Un") ? "known\r\n\r\n" : "") + filled(response(), key));
                    }
                });
                ClientAt client = new ClientAt(rodin.url())) {
            // Then
            checkRegular(client);
            checkRegular(client);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/1.1 102 Processing\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n",
                "HTTP/1.1 104 Upload Resumption Supported\r\n\r\n",
                "HTTP/1.1 199 Unknown\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n"
            })
    void answerAfterInterimResponsesIsRead(String interim) throws IOException {
        for (boolean together : new boolean[] {true, false}) {
            try (RawServer rodin = new RawServer(connection -> {
                        while (true) {
                            String key = connection.readKey();
                            if (together) {
                                connection.write(interim + filled(response(), key));
                            } else {
                                connection.write(interim);
                                connection.awaitSilence(Duration.ofMillis(50));
                                connection.write(filled(response(), key));
                            }
                        }
                    });
                    ClientAt client = new ClientAt(rodin.url())) {
                checkRegular(client);
                checkRegular(client);
                assertThat(rodin.requests()).hasSize(2);
            }
        }
    }

    /** On accept, as far as a server can: before it reads. */
    @ParameterizedTest
    @ValueSource(strings = {"STRAY", "HTTP/1.1 20", "\r\n", "HTTP/1.1 102 Processing\r\n\r\n"})
    void bytesBeforeTheFirstRequestAreNotItsResponse(String early) throws IOException {
        try (RawServer rodin = new RawServer(
                        connection -> {
                            connection.write(early.replace("STRAY", STRAY));
                            connection.awaitClose();
                        },
                        connection -> {
                            while (true) {
                                connection.write(filled(response(), connection.readKey()));
                            }
                        });
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            checkIrregular(client);

            // Then
            checkRegular(client);
            checkRegular(client);
        }
    }

    @Test
    void ordinaryResponsesShareAConnection() throws IOException {
        // Given
        List<String> ordinary = List.of(
                response(),
                response("Keep-Alive: timeout=5\r\nConnection: Keep-Alive\r\n", "JOBS"),
                response("Upgrade: h2c\r\nConnection: Upgrade, Keep-Alive\r\n", "JOBS"),
                chunked("Transfer-Encoding: chunked\r\n", "0\r\n\r\n"),
                "HTTP/1.1 404 Not Found\r\nContent-Length: LENGTH\r\n\r\nJOBS",
                "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
                response());
        AtomicInteger asked = new AtomicInteger();

        try (RawServer rodin = new RawServer(connection -> {
                    while (true) {
                        String key = connection.readKey();
                        connection.write(filled(ordinary.get(asked.getAndIncrement()), key));
                    }
                });
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            for (int i = 0; i < ordinary.size(); i++) {
                checkTolerantly(client, new TaskKey("task-" + i));
            }

            // Then
            assertThat(rodin.connections()).hasSize(1);
            assertThat(rodin.requests()).hasSize(ordinary.size());
        }
    }

    @Test
    void connectionWithUnsolicitedBytesIsClosedAtOnce() throws IOException {
        try (RawServer rodin = new RawServer(connection -> {
                    String key = connection.readKey();
                    connection.write(filled(response(), key));
                    connection.awaitSilence(Duration.ofMillis(50)); // for the client to have that much
                    connection.write("H");
                    connection.awaitClose();
                });
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            client.check();

            // Then
            await().until(() -> rodin.connections().get(0).closedByClient());
        }
    }

    /** Random order, random places at which the bytes are cut into packets, several look-ups at a time. */
    @Test
    void noKeyGetsTheJobsOfAnotherHoweverResponsesAreSplitAndMixed() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        ExecutorService threads = Executors.newFixedThreadPool(4);

        try (RawServer rodin = new RawServer(connection ->
                        serve(connection, null, random.ints(3, 0, 200).toArray()));
                ClientAt client = new ClientAt(rodin.url())) {
            for (int round = 0; round < 60; round++) {
                List<Future<String>> irregular = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    irregular.add(threads.submit(() -> checkIrregular(client)));
                }
                for (Future<String> check : irregular) {
                    writeTo(check.get(), AFTERWARDS.get(random.nextInt(AFTERWARDS.size())));
                }
                List<Future<?>> regular = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    regular.add(threads.submit(() -> checkRegular(client)));
                }
                for (Future<?> check : regular) {
                    check.get();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Answers keys that begin with "irregular" with this, or with any of {@link #ANSWERS}, and others as is proper. */
    private void serve(Connection connection, String answer, int[] cuts) throws IOException {
        while (true) {
            String key = connection.readKey();
            boolean regular = !key.startsWith("irregular");
            String template = answer == null ? ANSWERS.get(Math.floorMod(key.hashCode(), ANSWERS.size())) : answer;
            try {
                write(connection, filled(regular ? response() : template, key), cuts);
            } finally {
                answeredOn(key).complete(connection);
            }
            if (!regular && !isComplete(template)) {
                return;
            }
        }
    }

    private static void write(Connection connection, String text, int[] cuts) throws IOException {
        int from = 0;
        for (int cut : cuts) {
            int to = Math.max(from, Math.min(cut, text.length()));
            connection.write(text.substring(from, to));
            from = to;
        }
        connection.write(text.substring(from));
    }

    private CompletableFuture<Connection> answeredOn(String key) {
        return answeredOn.computeIfAbsent(key, unused -> new CompletableFuture<>());
    }

    /** Returns false for answers that last until the connection ends. */
    private static boolean isComplete(String template) {
        return !template.startsWith(UNFINISHED);
    }

    private String checkIrregular(ClientAt client) {
        String key = "irregular-" + keys.incrementAndGet();
        checkTolerantly(client, new TaskKey(key));
        return key;
    }

    private void checkRegular(ClientAt client) {
        String key = "task-" + keys.incrementAndGet();
        assertThat(client.check(new TaskKey(key)).jobs()).extracting(Job::id).containsExactly(key);
    }

    private static void checkTolerantly(ClientAt client, TaskKey key) {
        TaskStatus status;
        try {
            status = client.check(key);
        } catch (LookupFailure failure) {
            return;
        }
        assertThat(status.jobs()).extracting(Job::id).containsExactly(key.value());
    }

    private void writeTo(String key, String text) {
        Connection connection = answeredOn(key).orTimeout(10, TimeUnit.SECONDS).join();
        try {
            connection.write(text);
        } catch (IOException e) {
            // The client has closed that connection, as well it may.
        }
    }

    private static String filled(String template, String key) {
        String jobs = "{\"jobs\":[{\"uuid\":\"" + key + "\",\"status\":\"Done\"}]}";
        return template.replace("LENGTH", String.valueOf(jobs.length()))
                .replace("HEX", Integer.toHexString(jobs.length()))
                .replace("JOBS", jobs);
    }

    private static String response() {
        return response("", "JOBS");
    }

    private static String response(String headers, String body) {
        String length = body.equals("JOBS") ? "LENGTH" : String.valueOf(body.length());
        return "HTTP/1.1 201 Created\r\n" + headers + "Content-Length: " + length + "\r\n\r\n" + body;
    }

    private static String chunked(String headers, String end) {
        return "HTTP/1.1 201 Created\r\n" + headers + "\r\nHEX\r\nJOBS\r\n" + end;
    }
}
