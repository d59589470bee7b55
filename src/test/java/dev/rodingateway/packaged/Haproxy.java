package dev.rodingateway.packaged;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real haproxy in front of gateways, which balances round-robin among those that are ready. It keeps connections
 * alive on both sides and retries nothing, not even a refused connection, so that callers see every failure behind it.
 */
final class Haproxy implements AutoCloseable {

    /** The header that names the gateway that sent the response. */
    static final String SERVED_BY = "X-Served-By";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final int port;
    private final Path output;
    private final Process process;

    private Haproxy(int port, Path output, Process process) {
        this.port = port;
        this.output = output;
        this.process = process;
    }

    /**
     * Starts haproxy and returns when it is listening.
     *
     * @param directory where to write its configuration and output
     */
    static Haproxy start(Path directory, Map<String, GatewayProcess> gateways) throws IOException {
        int port = freePort();
        Path configuration = Files.writeString(directory.resolve("haproxy.cfg"), configuration(port, gateways));
        Path output = directory.resolve("haproxy.txt");
        Process process = new ProcessBuilder(executable().toString(), "-db", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        Haproxy haproxy = new Haproxy(port, output, process);
        try {
            await().atMost(PATIENCE).until(haproxy::listens);
            return haproxy;
        } catch (RuntimeException | Error e) {
            haproxy.close();
            throw e;
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("haproxy has ended:\n" + Files.readString(output));
        }
        try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return connection.isConnected();
        } catch (java.net.ConnectException e) {
            return false;
        }
    }

    private static String configuration(int port, Map<String, GatewayProcess> gateways) {
        String servers = gateways.entrySet().stream()
                .map(entry -> "  server %s 127.0.0.1:%d check port %d"
                        .formatted(
                                entry.getKey(),
                                entry.getValue().port(),
                                entry.getValue().managementPort()))
                .collect(Collectors.joining("\n"));
        return """
                defaults
                  mode http
                  timeout connect 2s
                  timeout client 30s
                  timeout server 30s
                  retries 0

                frontend callers
                  bind 127.0.0.1:%d
                  default_backend gateways

                backend gateways
                  balance roundrobin
                  option httpchk GET /q/health/ready
                  http-response set-header %s %%s
                  default-server check inter 200ms fall 1 rise 1
                %s
                """.formatted(port, SERVED_BY, servers);
    }

    private static Path executable() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(directory -> Path.of(directory, "haproxy"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError(
                                "haproxy is not installed, and this test needs a real one; on Debian: apt-get install haproxy"));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
