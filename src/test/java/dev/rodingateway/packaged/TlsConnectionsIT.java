package dev.rodingateway.packaged;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.connection.Certificates;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged gateway with TLS, with and without the PROXY protocol. */
@Tag("thorough")
class TlsConnectionsIT {

    private static final Duration HEAD = Duration.ofSeconds(1);
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int MEGABYTE = 1024 * 1024;
    private static final String PROXY_HEADER = "PROXY TCP4 192.0.2.1 192.0.2.2 1234 8443\r\n";
    private static final String REQUEST = "GET /nothing HTTP/1.1\r\nHost: gateway\r\n\r\n";
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
    private static final byte SETTINGS = 4;

    private static GatewayProcess direct;
    private static GatewayProcess proxied;

    @BeforeAll
    static void start(@TempDir Path directory) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "RODIN_API_KEY", "any",
                "GATEWAY_CONNECTIONS_HEAD_TIMEOUT", HEAD.toSeconds() + "s",
                "GATEWAY_CONNECTIONS_WRITE_TIMEOUT", "1s",
                "QUARKUS_HTTP_SSL_PORT", "0",
                "QUARKUS_HTTP_INSECURE_REQUESTS", "disabled",
                "QUARKUS_HTTP_SSL_CERTIFICATE_KEY_STORE_FILE",
                        new Certificates(directory, "server").keyStore().toString(),
                "QUARKUS_HTTP_SSL_CERTIFICATE_KEY_STORE_PASSWORD", Certificates.PASSWORD));
        direct = GatewayProcess.startAndAwait(environment);
        environment.put("QUARKUS_HTTP_PROXY_USE_PROXY_PROTOCOL", "true");
        proxied = GatewayProcess.startAndAwait(environment);
    }

    @AfterAll
    static void stop() {
        try (GatewayProcess first = direct;
                GatewayProcess second = proxied) {
            for (GatewayProcess gateway : List.of(first, second)) {
                assertThat(gateway.output().substring(gateway.output().indexOf("Listening on")))
                        .doesNotContain("\"level\":\"ERROR\"", "\"level\":\"WARN\"", "\"exception\"");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void requestIsAnswered(boolean proxy) throws Exception {
        try (SSLSocket caller = connect(proxy, "http/1.1")) {
            for (int i = 0; i < 2; i++) {
                caller.getOutputStream().write(REQUEST.getBytes(US_ASCII));
                byte[] answer = new byte[1024];
                int read = caller.getInputStream().read(answer);
                assertThat(new String(answer, 0, read, US_ASCII)).startsWith("HTTP/1.1 404 ");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void http2IsNegotiated(boolean proxy) throws Exception {
        try (SSLSocket caller = connect(proxy, "h2")) {
            caller.getOutputStream().write(PREFACE.getBytes(US_ASCII));

            assertThat(caller.getApplicationProtocol()).isEqualTo("h2");
            assertThat(caller.getInputStream().readNBytes(9)[3]).isEqualTo(SETTINGS);
        }
    }

    @ParameterizedTest
    @CsvSource({"false,http/1.1", "true,http/1.1", "false,h2", "true,h2"})
    void connectionWithoutACompleteRequestIsClosed(boolean proxy, String protocol) throws Exception {
        long start = System.nanoTime();
        try (SSLSocket caller = connect(proxy, protocol)) {
            caller.getOutputStream().write((protocol.equals("h2") ? PREFACE : "GET /no").getBytes(US_ASCII));

            caller.getInputStream().readAllBytes();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(HEAD.dividedBy(2));
        }
    }

    @Test
    void connectionWithoutAProxyHeaderOrHandshakeIsClosed() throws IOException {
        List<Socket> callers = new ArrayList<>();
        try {
            for (String begun : List.of("", "PROXY TCP4", PROXY_HEADER, PROXY_HEADER + "\u0016\3\1\2")) {
                Socket caller = new Socket("127.0.0.1", proxied.port());
                callers.add(caller);
                caller.setSoTimeout(PATIENCE_MILLIS);
                caller.getOutputStream().write(begun.getBytes(US_ASCII));
            }
            long start = System.nanoTime();
            for (Socket caller : callers) {
                assertThat(caller.getInputStream().readAllBytes()).isEmpty();
            }
            // Less than the 10 s that Vert.x allows for either of them.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(HEAD.dividedBy(2), Duration.ofSeconds(8));
        } finally {
            for (Socket caller : callers) {
                caller.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void requestsAreNotAcceptedWhileResponsesAreUnread(boolean proxy) throws Exception {
        try (SSLSocket caller = connect(proxy, "http/1.1")) {
            byte[] requests = REQUEST.repeat(200).getBytes(US_ASCII);
            long sent = 0;
            boolean closed = false;
            while (!closed && sent < 24 * MEGABYTE) {
                try {
                    caller.getOutputStream().write(requests);
                    sent += requests.length;
                } catch (IOException e) {
                    closed = true;
                }
            }

            assertThat(closed).isTrue();
            assertThat(sent).isLessThan(8 * MEGABYTE);
        }
    }

    private static SSLSocket connect(boolean proxy, String protocol) throws IOException, GeneralSecurityException {
        Socket socket = new Socket("127.0.0.1", (proxy ? proxied : direct).port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        if (proxy) {
            socket.getOutputStream().write(PROXY_HEADER.getBytes(US_ASCII));
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, null);
        SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, "gateway", 0, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /** Accepts any certificate; the server's certificate is not under test. */
    private static final class TrustAll implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
