package dev.rodingateway.rodin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.rodingateway.rodin.RawServer.Connection;
import dev.rodingateway.rodin.http.BodyLimit;
import dev.rodingateway.task.LookupFailure.Kind;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@WithTestResource(WireMockRodin.class)
class RodinClientBodyLimitTest {

    private static final String JOBS = "{\"jobs\":[{\"uuid\":\"j-1\",\"status\":\"Done\"}]}";
    private static final int MEGABYTE = 1024 * 1024;

    /** The ways an answer can tell where its body ends. */
    enum Framing {
        CONTENT_LENGTH {
            @Override
            void answer(Connection connection, String coding, byte[] body) throws IOException {
                connection.write(HEAD + coding + "Content-Length: " + body.length + "\r\n\r\n");
                connection.write(body);
            }
        },
        CHUNKED {
            @Override
            void answer(Connection connection, String coding, byte[] body) throws IOException {
                connection.write(HEAD + coding + "Transfer-Encoding: chunked\r\n\r\n");
                for (int from = 0; from < body.length; from += 5000) {
                    byte[] chunk = Arrays.copyOfRange(body, from, Math.min(from + 5000, body.length));
                    connection.write(Integer.toHexString(chunk.length) + "\r\n");
                    connection.write(chunk);
                    connection.write("\r\n");
                }
                connection.write("0\r\n\r\n");
            }
        },
        END_OF_CONNECTION {
            @Override
            void answer(Connection connection, String coding, byte[] body) throws IOException {
                connection.write(HEAD + coding + "Connection: close\r\n\r\n");
                connection.write(body);
            }
        };

        private static final String HEAD = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n";

        abstract void answer(Connection connection, String coding, byte[] body) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void bodyOfExactlyTheLimitIsRead(Framing framing) throws IOException {
        // Given
        byte[] body = padded(BodyLimit.MAX_BYTES);

        try (RawServer rodin = new RawServer(answering(framing, "", body));
                ClientAt client = new ClientAt(rodin.url())) {
            // Then
            assertThat(client.check().jobs()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodyOverTheLimitIsRejected(Framing framing) throws IOException {
        assertRefusedAndRecovered(framing, "", padded(BodyLimit.MAX_BYTES + 1));
    }

    @ParameterizedTest
    @EnumSource
    void bodyOfMegabytesIsRejected(Framing framing) throws IOException {
        assertRefusedAndRecovered(framing, "", padded(5 * MEGABYTE));
    }

    @ParameterizedTest
    @EnumSource
    void compressedBodyIsDecoded(Framing framing) throws IOException {
        // Given
        byte[] body = gzip(padded(BodyLimit.MAX_BYTES));

        try (RawServer rodin = new RawServer(answering(framing, "Content-Encoding: gzip\r\n", body));
                ClientAt client = new ClientAt(rodin.url())) {
            // Then
            assertThat(client.check().jobs()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void compressedBodyCountsAsDecoded(Framing framing) throws IOException {
        assertRefusedAndRecovered(framing, "Content-Encoding: gzip\r\n", gzip(padded(BodyLimit.MAX_BYTES + 1)));
    }

    @Test
    void compressionBombIsRejectedBeforeItIsDecoded() throws IOException {
        // Given
        byte[] bomb = gzip(new byte[50 * MEGABYTE]);
        assertThat(bomb).hasSizeLessThan(BodyLimit.MAX_BYTES);
        assertRefusedAndRecovered(Framing.CONTENT_LENGTH, "Content-Encoding: gzip\r\n", bomb);
        long before = bytesAllocatedByEventLoops();

        // When
        assertRefusedAndRecovered(Framing.CONTENT_LENGTH, "Content-Encoding: gzip\r\n", bomb);

        // Then
        assertThat(bytesAllocatedByEventLoops() - before).isLessThan(10 * MEGABYTE);
    }

    @Test
    void bodyWithAWrongContentEncodingIsRejected() throws IOException {
        assertRefusedAndRecovered(Framing.CONTENT_LENGTH, "Content-Encoding: gzip\r\n", JOBS.getBytes(ISO_8859_1));
    }

    private static void assertRefusedAndRecovered(Framing framing, String coding, byte[] body) throws IOException {
        try (RawServer rodin = new RawServer(answering(framing, coding, body), connection -> {
                    connection.readRequest();
                    connection.answer(JOBS);
                });
                ClientAt client = new ClientAt(rodin.url())) {
            // When
            Kind refusal = client.failure().kind();

            // Then
            assertThat(refusal).isEqualTo(Kind.UPSTREAM_INVALID_RESPONSE);
            assertThat(rodin.requests()).hasSize(1);
            assertThat(client.check().jobs()).hasSize(1);
        }
    }

    private static RawServer.Script answering(Framing framing, String coding, byte[] body) {
        return connection -> {
            connection.readRequest();
            framing.answer(connection, coding, body);
            if (framing != Framing.END_OF_CONNECTION) {
                connection.awaitClose();
            }
        };
    }

    private static byte[] padded(int length) {
        byte[] body = JOBS.getBytes(ISO_8859_1);
        int end = body.length;
        body = Arrays.copyOf(body, length);
        Arrays.fill(body, end, length, (byte) ' ');
        return body;
    }

    private static byte[] gzip(byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }

    private static long bytesAllocatedByEventLoops() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("vert.x-eventloop"))
                .mapToLong(ThreadInfo::getThreadId)
                .map(threads::getThreadAllocatedBytes)
                .sum();
    }
}
