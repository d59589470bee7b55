package dev.rodingateway.shared;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import redis.embedded.RedisExecProvider;

/** A real redis-server on a free port, which can be killed, suspended and started again. */
final class RedisProcess implements AutoCloseable {

    private static final File EXECUTABLE = executable();

    private final int port;
    private final Path directory;
    private final List<String> arguments;
    private Process process;

    private RedisProcess(int port, List<String> arguments) throws IOException {
        this.port = port;
        this.directory = Files.createTempDirectory("redis");
        this.arguments = arguments;
        start();
    }

    /** Starts a server with these arguments in addition to those for port and persistence. */
    static RedisProcess started(String... arguments) {
        try {
            return new RedisProcess(freePort(), List.of(arguments));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Starts the server again, empty. */
    void start() {
        List<String> command = new ArrayList<>();
        command.add(EXECUTABLE.getPath());
        Path config = directory.resolve("empty.conf");
        boolean isSentinel = arguments.contains("--sentinel");
        if (isSentinel) {
            command.add(config.toString());
        }
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
        if (!isSentinel) {
            command.addAll(List.of("--save", "", "--appendonly", "no"));
        }
        command.addAll(arguments);
        try {
            Files.writeString(config, "");
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await("server on port " + port)
                .pollInterval(Duration.ofMillis(10))
                .until(this::isListening);
    }

    /** Kills the server. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    /** Suspends the server; its connections stay open. */
    void suspend() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    RespClient client() {
        return RespClient.connect(port);
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
    }

    private boolean isListening() {
        try (RespClient client = RespClient.connect(port)) {
            return client.send("PING") != null;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    private static File executable() {
        try {
            return RedisExecProvider.defaultProvider().get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
