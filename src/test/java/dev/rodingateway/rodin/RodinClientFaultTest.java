package dev.rodingateway.rodin;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.rodingateway.task.LookupFailure.Kind;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(WireMockRodin.class)
class RodinClientFaultTest {

    private static final String HEAD = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n";

    WireMockServer rodin;

    private ClientAt at;
    private RodinClient client;

    @BeforeEach
    void reset() {
        rodin.resetAll();
        at = new ClientAt(URI.create(rodin.baseUrl()));
        client = at.client();
    }

    @AfterEach
    void closeClient() throws IOException {
        at.close();
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECTION_RESET_BY_PEER, UPSTREAM_UNAVAILABLE",
        "EMPTY_RESPONSE, UPSTREAM_UNAVAILABLE",
        "MALFORMED_RESPONSE_CHUNK, UPSTREAM_INVALID_RESPONSE",
        "RANDOM_DATA_THEN_CLOSE, UPSTREAM_UNAVAILABLE"
    })
    void faultIsClassifiedAndTheNextCheckSucceeds(Fault fault, Kind kind) {
        // Given
        rodin.stubFor(post("/api/v2/status").willReturn(aResponse().withFault(fault)));

        // When
        Kind failure = ClientAt.failure(client).kind();
        rodin.stubFor(post("/api/v2/status")
                .willReturn(aResponse().withStatus(201).withBody("{\"jobs\":[{\"status\":\"Done\"}]}")));

        // Then
        assertThat(failure).isEqualTo(kind);
        assertThat(ClientAt.check(client).jobs()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEAD + "Content-Length: 1000\r\n\r\n{\"jobs\":[",
                HEAD + "Content-Length: 1000\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n9\r\n{\"jobs\":[\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n9\r\n{\"jobs\":[\r\nnonsense\r\n",
                HEAD + "Content-Length: nonsense\r\n\r\n{\"jobs\":[]}",
                HEAD + "Content-Length: -1\r\n\r\n{\"jobs\":[]}",
                "HTTP/1.1 OK\r\n\r\n{\"jobs\":[]}",
                "SSH-2.0-OpenSSH_9.6\r\n",
            })
    void brokenResponseIsInvalidAndNotRetried(String answer) throws IOException {
        try (RawServer raw = new RawServer(connection -> {
                    connection.readRequest();
                    connection.write(answer);
                });
                ClientAt clientAtRaw = new ClientAt(raw.url())) {
            // When
            Kind failure = clientAtRaw.failure().kind();

            // Then
            assertThat(failure).isEqualTo(Kind.UPSTREAM_INVALID_RESPONSE);
            assertThat(raw.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"one line", "many lines", "status line"})
    void tooLargeHeadIsInvalidAndNotRetried(String part) throws IOException {
        // Given
        String head =
                switch (part) {
                    case "one line" -> HEAD + "X-Long: " + "x".repeat(8 * 1024);
                    case "many lines" -> HEAD + "X-Long: xxxxxxxx\r\n".repeat(1000) + "X-End: x";
                    default -> "HTTP/1.1 201 " + "x".repeat(5000);
                };

        try (RawServer raw = new RawServer(connection -> {
                    connection.readRequest();
                    connection.write(head + "\r\nContent-Length: 11\r\n\r\n{\"jobs\":[]}");
                    connection.awaitClose();
                });
                ClientAt clientAtRaw = new ClientAt(raw.url())) {
            // When
            Kind failure = clientAtRaw.failure().kind();

            // Then
            assertThat(failure).isEqualTo(Kind.UPSTREAM_INVALID_RESPONSE);
            assertThat(raw.requests()).hasSize(1);
        }
    }

    @Test
    void refusedConnectionIsAnOutage() throws IOException {
        // Given
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        try (ClientAt nowhere = new ClientAt(URI.create("http://127.0.0.1:" + port))) {
            // When
            Kind failure = nowhere.failure().kind();

            // Then
            assertThat(failure).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
        }
    }

    @Test
    void hostWithoutAddressIsAnOutage() throws IOException {
        // Given a name that no server needs to be asked for: its first label is longer than DNS allows
        URI url = URI.create("http://" + "a".repeat(64) + ".invalid");

        try (ClientAt nowhere = new ClientAt(url)) {
            // When
            Kind failure = nowhere.failure().kind();

            // Then
            assertThat(failure).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
        }
    }
}
