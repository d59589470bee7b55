package dev.rodingateway.api.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.api.edge.Cors;
import dev.rodingateway.api.response.StatusResponses;
import dev.rodingateway.api.response.TaskStatusWriter;
import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.status.Snapshot;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.TaskStatus;
import io.smallrye.mutiny.Multi;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One stream between real sockets, with statuses of any size. */
class EventStreamTest {

    private static final long HEARTBEAT_MILLIS = 200;

    /** Long enough that on a busy machine a client that reads everything is not disconnected. */
    private static final long LONG_HEARTBEAT_MILLIS = 3000;

    /** The approximate size of the socket buffers of both sides. */
    private static final int SOCKET_BUFFER = 16 * 1024;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicBoolean left = new AtomicBoolean();

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void clientThatReadsNothingIsDisconnectedAndTakesLittleMemory() throws Exception {
        Multi<LookupResult> large =
                Multi.createBy().repeating().supplier(() -> answer(1000)).indefinitely();

        try (Socket reader = connect(serve(large))) {
            await().atMost(Duration.ofSeconds(20)).untilTrue(left);

            assertThat(taken.get()).isBetween(1, 20);
            assertThat(readToTheEnd(reader)).doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void clientThatReadsEverythingStaysConnected() throws Exception {
        Multi<LookupResult> large =
                Multi.createBy().repeating().supplier(() -> answer(1000)).atMost(100);

        try (Socket reader = connect(serve(large, LONG_HEARTBEAT_MILLIS))) {
            assertThat(readToTheEnd(reader)).endsWith("0\r\n\r\n");
            assertThat(taken.get()).isEqualTo(100);
        }
    }

    @Test
    void idleStreamIsKeptOpenByComments() throws Exception {
        try (Socket reader = connect(serve(Multi.createBy()
                .concatenating()
                .streams(Multi.createFrom().item(answer(1)), Multi.createFrom().nothing())))) {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(reader.getInputStream(), StandardCharsets.UTF_8));
            for (String line = lines.readLine(); !line.isEmpty(); line = lines.readLine()) {
                assertThat(line).isNotNull();
            }

            assertThat(nextChunk(lines)).matches("retry: \\d+\n");
            assertThat(nextChunk(lines)).startsWith("event: status\n").endsWith("\n\n");
            for (int comments = 0; comments < 5; comments++) {
                assertThat(nextChunk(lines)).isEqualTo(":\n");
            }
            assertThat(left).isFalse();
        }
        await().atMost(Duration.ofSeconds(10)).untilTrue(left);
    }

    /** As by a bug in the serialization of events: here of a result that throws. */
    @Test
    @Timeout(60)
    void streamWhoseEventCannotBeWrittenEnds() throws Exception {
        LookupResult unwritable = new LookupResult(null, Duration.ofSeconds(2), Source.HIT, Duration.ZERO);
        Multi<LookupResult> answers = Multi.createBy()
                .concatenating()
                .streams(
                        Multi.createFrom().items(answer(1), unwritable),
                        Multi.createFrom().nothing());

        try (Socket reader = connect(serve(answers, LONG_HEARTBEAT_MILLIS))) {
            assertThat(readToTheEnd(reader)).contains("event: status\n").doesNotEndWith("0\r\n\r\n");
        }
        await().atMost(Duration.ofSeconds(10)).untilTrue(left);
    }

    @Test
    @Timeout(60)
    void streamWhoseFirstEventCannotBeWrittenFailsBeforeItIsOpened() throws Exception {
        Multi<LookupResult> answers = Multi.createBy()
                .concatenating()
                .streams(
                        Multi.createFrom()
                                .item(new LookupResult(null, Duration.ofSeconds(2), Source.HIT, Duration.ZERO)),
                        Multi.createFrom().nothing());

        try (Socket reader = connect(serve(answers, LONG_HEARTBEAT_MILLIS))) {
            assertThat(readToTheEnd(reader)).startsWith("HTTP/1.1 500 ");
        }
        assertThat(left).isTrue();
    }

    private int serve(Multi<LookupResult> answers) throws Exception {
        return serve(answers, HEARTBEAT_MILLIS);
    }

    private int serve(Multi<LookupResult> answers, long heartbeatMillis) throws Exception {
        Multi<LookupResult> watched =
                answers.onItem().invoke(taken::incrementAndGet).onTermination().invoke(() -> left.set(true));
        TaskStatusWriter writer = new TaskStatusWriter(new ObjectMapper());
        EventWriter events =
                new EventWriter(new StatusResponses(writer, new Cors(Optional::empty)), new ObjectMapper());
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setSendBufferSize(SOCKET_BUFFER))
                .requestHandler(request -> {
                    EventStream stream = new EventStream(
                            onAccepted -> watched,
                            null,
                            request.response(),
                            events,
                            vertx.getOrCreateContext(),
                            heartbeatMillis);
                    stream.begin().subscribe().with(anythingToTell -> stream.open(), failure -> request.response()
                            .setStatusCode(500)
                            .end());
                });
        return server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    private static String nextChunk(BufferedReader chunked) throws IOException {
        char[] chunk = new char[Integer.parseInt(chunked.readLine(), 16)];
        for (int read = 0; read < chunk.length; ) {
            int more = chunked.read(chunk, read, chunk.length - read);
            assertThat(more).as("characters before the end of the stream").isPositive();
            read += more;
        }
        assertThat(chunked.readLine()).as("end of the chunk").isEmpty();
        return new String(chunk);
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SOCKET_BUFFER);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.getOutputStream()
                .write("GET /tasks/a/events HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String readToTheEnd(Socket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "broken off: " + e.getMessage();
        }
    }

    private static LookupResult answer(int jobs) {
        List<Job> list = Collections.nCopies(jobs, new Job("a-job", JobStatus.WAITING, 4L, null));
        return new LookupResult(
                new Snapshot(new TaskStatus(list), Instant.now()), Duration.ofSeconds(2), Source.HIT, Duration.ZERO);
    }
}
