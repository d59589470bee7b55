package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests whose end is ambiguous (request smuggling), sent to the packaged application. Each is followed by another
 * look-up on the same connection, which must neither be answered nor cause a check.
 */
class MalformedRequestIT {

    private static final Pattern REQUEST_ID = Pattern.compile("(?i)\\r\\nX-Request-Id: (\\S+)\\r\\n");
    private static final int SILENCE_MILLIS = 8_000;
    private static final String HOST = "Host: gateway\r\n";
    private static final String LIST = "{\"keys\":[\"empty-a\"]}";
    private static final String CHUNKED_LIST = "14\r\n" + LIST + "\r\n0\r\n\r\n";

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String SETTINGS = "\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000";

    private static RodinSimulator rodin;
    private static GatewayProcess gateway;
    private static int port;

    @BeforeAll
    static void start() {
        rodin = RodinSimulator.start(SimulatorSettings.defaults());
        gateway = GatewayProcess.startAndAwait(Map.of("RODIN_API_KEY", "any", "RODIN_URL", rodin.url()));
        port = gateway.port();
    }

    @AfterAll
    static void stop() {
        try {
            // Such requests must not be logged, so that they cannot fill the log.
            assertThat(gateway.output().substring(gateway.output().indexOf("Listening on")))
                    .doesNotContain("\"level\":\"ERROR\"", "\"level\":\"WARN\"");
        } finally {
            gateway.close();
            rodin.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xchunked",
                "identity",
                "gzip",
                "gzip, chunked",
                "chunked, gzip",
                "chunked, chunked",
                "identity, chunked",
                "chunked, identity",
                "chunked,",
                "chunked;q=1",
                "\"chunked\"",
                "x chunked",
                "\u000bchunked",
                "chunked\u000b",
                "chunked\u0000",
                "\r\n chunked",
                "chunked\r\n , identity",
                "chunked\r\nTransfer-Encoding: chunked",
                "chunked\r\nTransfer-Encoding: identity",
                "identity\r\nTransfer-Encoding: chunked",
                ""
            })
    void transferCodingOtherThanOneChunkedIsRejected(String coding) {
        assertRefused(post("Transfer-Encoding: " + coding));
        assertRefused(post("Transfer-Encoding: " + coding) + CHUNKED_LIST);
        assertRefused(post("Transfer-Encoding: " + coding + "\r\nContent-Length: 20") + LIST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "20, 20",
                "+20",
                "-20",
                "20 20",
                "0x14",
                "1e1",
                "20;",
                "",
                "99999999999999999999",
                "20\u000b",
                "20\u0000",
                "2\r\n 0",
                "20\r\nContent-Length: 20",
                "20\r\nContent-Length: 5",
                "20\r\nTransfer-Encoding: chunked"
            })
    void lengthOtherThanOneNumberIsRejected(String length) {
        assertRefused(post("Content-Length: " + length) + LIST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: y",
                HOST + HOST,
                HOST + "Host: other",
                "Host: a b",
                "Host: a, b",
                "Host: a@b",
                "Host: a/b",
                "Host: a\r\n b",
                HOST + ": empty",
                HOST + "no colon",
                HOST + "a(b: x",
                HOST + "a b: x",
                HOST + "X : y",
                HOST + "Content-Length : 20",
                HOST + "Transfer-Encoding : chunked",
                HOST + "X: a\rb",
                HOST + "X: a\nTransfer-Encoding: chunked",
                HOST + "X: a\u0000b",
                HOST + "X\u0000: a",
                HOST + "X: a\u0001b",
                " X: y\r\n" + HOST
            })
    void ambiguousHeaderIsRejected(String headers) {
        assertRefused("GET /tasks/empty-a/status HTTP/1.1\r\n" + headers.stripTrailing() + "\r\n\r\n");
    }

    static Stream<Arguments> requestLines() {
        String target = "/tasks/empty-a/status";
        return Stream.of(
                        "GET " + target + " HTTP/1.2",
                        "GET " + target + " HTTP/2.0",
                        "GET " + target + " HTTP/1.10",
                        "GET " + target + " HTTP/11",
                        "GET " + target + " FOO/1.1",
                        "GET " + target + " http/1.1",
                        "GET " + target,
                        "GET " + target + " x HTTP/1.1",
                        "GET " + target + " HTTP/1.1 x",
                        "GET " + target + " HTTP/1.1\u0001",
                        "GE(T " + target + " HTTP/1.1",
                        "G\u0000ET " + target + " HTTP/1.1")
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("requestLines")
    void malformedRequestLineIsRejected(String line) {
        assertRefused(line + "\r\n" + HOST + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x14\r\n" + LIST + "\r\n0\r\n\r\n",
                "-14\r\n" + LIST + "\r\n0\r\n\r\n",
                "+14\r\n" + LIST + "\r\n0\r\n\r\n",
                "zz\r\n" + LIST + "\r\n0\r\n\r\n",
                "\r\n" + LIST + "\r\n0\r\n\r\n",
                "14\n" + LIST + "\r\n0\r\n\r\n",
                "fffffffff\r\n" + LIST + "\r\n0\r\n\r\n",
                "100000014\r\n" + LIST + "\r\n0\r\n\r\n",
                "14\r\n" + LIST + "0\r\n\r\n",
                "14\r\n" + LIST + "\n0\r\n\r\n",
                "14\r\n" + LIST + "XX0\r\n\r\n",
                "14;a\nb\r\n" + LIST + "\r\n0\r\n\r\n",
                "14;a\rb\r\n" + LIST + "\r\n0\r\n\r\n",
                "14\r\n" + LIST + "\r\n0\r\nno colon\r\n\r\n"
            })
    void malformedChunksAreRejectedWithAProblem(String body) {
        RawExchange answer = assertRefused(post("Transfer-Encoding: chunked") + body);

        assertThat(answer.text()).contains("application/problem+json", "\"code\":\"invalid-request\"");
    }

    /** Such a request ends with its response, and its connection ends after it. */
    @Test
    void requestIsCountedOnce() {
        double before = lists();
        for (int i = 0; i < 5; i++) {
            assertRefused(post("Transfer-Encoding: chunked") + "zz\r\n");
        }

        await().until(() -> lists() >= before + 5);
        assertThat(lists()).isEqualTo(before + 5);
    }

    private static double lists() {
        return RawHttp.get(gateway.managementPort(), "/q/metrics")
                .lines()
                .filter(line -> line.startsWith("http_server_requests_seconds_count{")
                        && line.contains("uri=\"/tasks/status\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void tooLongChunkExtensionIsRejected() {
        assertRefused(post("Transfer-Encoding: chunked") + "14;" + "a".repeat(70_000) + "\r\n" + LIST);
    }

    @Test
    void transferCodingInAnOlderVersionIsRejected() {
        assertRefused("POST /tasks/status HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + CHUNKED_LIST);
    }

    @Test
    void lineEndsWithoutCarriageReturnAreRejected() {
        assertRefused("GET /tasks/empty-a/status HTTP/1.1\nHost: gateway\n\n");
    }

    @Test
    void invalidRequestBehindOneInProgressIsRejectedAfterItsResponse() {
        String smuggled = "empty-" + UUID.randomUUID();

        RawExchange answer = RawExchange.send(
                port,
                "GET /tasks/slow-" + UUID.randomUUID() + "/status HTTP/1.1\r\n" + HOST + "\r\n"
                        + post("Transfer-Encoding: xchunked") + get(smuggled),
                SILENCE_MILLIS);

        assertThat(answer.statuses()).containsExactly(200, 400);
        assertThat(answer.closed()).isTrue();
        assertThat(rodin.checks(smuggled)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\n\r\n" + CHUNKED_LIST,
                "TRANSFER-ENCODING: Chunked\r\n\r\n" + CHUNKED_LIST,
                "Transfer-Encoding: chunked\r\n\r\n14;a=b\r\n" + LIST + "\r\n0\r\nX: trailer\r\n\r\n",
                "Content-Length: 20\r\n\r\n" + LIST
            })
    void connectionIsUsableAfterAWellFormedBody(String rest) {
        String next = "empty-" + UUID.randomUUID();

        RawExchange answer = RawExchange.send(
                port,
                "POST /tasks/status HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n" + rest + "GET /tasks/"
                        + next + "/status HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n",
                SILENCE_MILLIS);

        assertThat(answer.statuses()).containsExactly(200, 200);
        assertThat(rodin.checks(next)).isEqualTo(1);
    }

    @Test
    void connectionIsUsableAfterABodyThatNoResourceReads() {
        String next = "empty-" + UUID.randomUUID();

        RawExchange answer = RawExchange.send(
                port,
                "GET /tasks/empty-a/status HTTP/1.1\r\n" + HOST + "Content-Length: 16\r\n\r\nGET /a HTTP/1.1\n"
                        + "PUT /nothing HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + CHUNKED_LIST
                        + "GET /tasks/" + next + "/status HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n",
                SILENCE_MILLIS);

        assertThat(answer.statuses()).containsExactly(200, 404, 200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "G",
                "PRI * HT",
                "GET /tasks/empty-a/status HTTP/1.1\r\nHost:",
                "GET /tasks/slow-a/status HTTP/1.1\r\nHost: gateway\r\n\r\n",
                "GET /tasks/empty-a/events HTTP/1.1\r\nHost: gateway\r\n\r\n",
                "PUT /nothing HTTP/1.1\r\nHost: gateway\r\nContent-Length: 10\r\n\r\nhalf",
                "POST /tasks/status HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 10\r\n\r\nhalf",
                PREFACE,
                PREFACE + "no frame, and longer than the head of one",
                PREFACE + SETTINGS + "no frame, and longer than the head of one",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003 a TLS handshake"
            })
    void nothingIsLoggedForAConnectionThatIsReset(String bytes) throws IOException {
        for (int i = 0; i < 3; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
                socket.setSoLinger(true, 0);
            }
        }

        // Whether anything was logged is asserted at the end.
        assertThat(RawHttp.get(port, "/tasks/empty-a/status")).startsWith("HTTP/1.1 200 ");
    }

    private static RawExchange assertRefused(String request) {
        String smuggled = "empty-" + UUID.randomUUID();

        RawExchange answer = RawExchange.send(port, request + get(smuggled), SILENCE_MILLIS);

        assertThat(answer.statuses()).as(answer.text()).containsExactly(400);
        assertThat(answer.closed()).isTrue();
        assertThat(rodin.checks(smuggled)).isZero();
        if (answer.text().contains("application/problem+json")) {
            assertProblemHasDateAndRequestId(answer.text());
        }
        return answer;
    }

    private static void assertProblemHasDateAndRequestId(String answer) {
        assertThat(answer.toLowerCase(Locale.ROOT)).containsOnlyOnce("\r\ndate: ");
        Matcher id = REQUEST_ID.matcher(answer);
        assertThat(id.find()).as(answer).isTrue();
        assertThat(answer).contains("\"instance\":\"urn:rodin-gateway:request:" + id.group(1) + "\"");
        assertThat(id.find()).as("a second id in " + answer).isFalse();
    }

    private static String post(String framing) {
        return "POST /tasks/status HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n" + framing + "\r\n\r\n";
    }

    private static String get(String key) {
        return "GET /tasks/" + key + "/status HTTP/1.1\r\n" + HOST + "\r\n";
    }
}
