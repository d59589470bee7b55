package dev.rodingateway.packaged;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged gateway with little memory and short deadlines, and a simulated Rodin behind it. */
final class SmallGateway implements AutoCloseable {

    static final Duration HEAD = Duration.ofSeconds(1);
    static final Duration IDLE = Duration.ofSeconds(2);
    static final Duration UNREAD = Duration.ofSeconds(1);

    /** The margin for delays on a busy machine. */
    static final Duration LATE = Duration.ofSeconds(10);

    private static final int PATIENCE_MILLIS = 20_000;

    private final RodinSimulator rodin;
    private final GatewayProcess process;

    private SmallGateway(RodinSimulator rodin, GatewayProcess process) {
        this.rodin = rodin;
        this.process = process;
    }

    static SmallGateway start() {
        SimulatorSettings defaults = SimulatorSettings.defaults();
        RodinSimulator rodin = RodinSimulator.start(
                new SimulatorSettings(defaults.host(), 0, Optional.empty(), Duration.ofMillis(1), defaults.ticker()));
        try {
            GatewayProcess process = GatewayProcess.startAndAwait(
                    Map.of(
                            "RODIN_API_KEY", "any",
                            "RODIN_URL", rodin.url(),
                            "GATEWAY_CONNECTIONS_HEAD_TIMEOUT", HEAD.toSeconds() + "s",
                            "GATEWAY_CONNECTIONS_IDLE_TIMEOUT", IDLE.toSeconds() + "s",
                            "GATEWAY_CONNECTIONS_WRITE_TIMEOUT", UNREAD.toSeconds() + "s"),
                    "96m",
                    4096);
            return new SmallGateway(rodin, process);
        } catch (RuntimeException | Error e) {
            rodin.close();
            throw e;
        }
    }

    int port() {
        return process.port();
    }

    int managementPort() {
        return process.managementPort();
    }

    /** Returns the response to a look-up on another connection. */
    String lookUp(String key) {
        return RawHttp.get(port(), "/tasks/" + key + "/status");
    }

    /** Returns how many connections have been closed for this reason. */
    double closedAs(String reason) {
        Matcher count = Pattern.compile("(?m)^gateway_connections_closed_total\\{reason=\"" + reason + "\"\\} (\\S+)$")
                .matcher(RawHttp.get(managementPort(), "/q/metrics"));
        assertThat(count.find()).as(reason).isTrue();
        return Double.parseDouble(count.group(1));
    }

    Socket connect() throws IOException {
        return connect(port());
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    static byte[] request(String path, String headers) {
        return ("GET " + path + " HTTP/1.1\r\nHost: gateway\r\n" + headers + "\r\n").getBytes(US_ASCII);
    }

    /** Reads the head of a response, and the part of the body received with it. */
    static String responseHead(Socket socket) throws IOException {
        byte[] buffer = new byte[8192];
        int read = socket.getInputStream().read(buffer);
        return new String(buffer, 0, Math.max(read, 0), US_ASCII);
    }

    void assertNothingLogged() {
        assertThat(process.output().substring(process.output().indexOf("Listening on")))
                .doesNotContain("\"level\":\"ERROR\"", "\"level\":\"WARN\"", "\"exception\"", "OutOfMemory");
    }

    @Override
    public void close() {
        process.close();
        rodin.close();
    }
}
