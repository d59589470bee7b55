package dev.rodingateway.packaged;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.embedded.RedisExecProvider;

/** A redis-server on a free port, without persistence, which can be killed, suspended and restarted. */
final class RedisProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String SENTINEL = "--sentinel";

    private final File executable;
    private final int port;
    private final List<String> options;
    private String password = "";
    private Process process;

    private RedisProcess(File executable, int port, List<String> options) {
        this.executable = executable;
        this.port = port;
        this.options = options;
    }

    /** Starts a server with these options, besides those for its port and against persistence, and returns once it replies. */
    static RedisProcess start(String... options) {
        try {
            RedisProcess redis =
                    new RedisProcess(RedisExecProvider.defaultProvider().get(), freePort(), List.of(options));
            redis.startAgain();
            return redis;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a sentinel that watches a server by the name {@code mymaster} and decides alone, after half a second. */
    static RedisProcess startSentinel(RedisProcess master) {
        RedisProcess sentinel = start(SENTINEL);
        sentinel.call("SENTINEL MONITOR mymaster 127.0.0.1 " + master.port() + " 1");
        sentinel.call("SENTINEL SET mymaster down-after-milliseconds 500");
        return sentinel;
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Requires this password of new connections, and closes those that exist. */
    void requirePassword(String required) {
        call("CONFIG SET requirepass " + required);
        password = required;
        call("CLIENT KILL TYPE normal");
    }

    /** Starts the server on the same port, empty. */
    void startAgain() {
        try {
            process = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(this::replies);
    }

    /** Kills the server; its data are lost. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Suspends the server: its connections stay open, but it does not reply. */
    void suspend() {
        signal("-STOP");
    }

    void resume() {
        signal("-CONT");
    }

    /** Returns the unmodified reply to a command, whose arguments must not contain spaces. */
    String call(String command) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            String login = password.isEmpty() ? "" : "AUTH " + password + "\r\n";
            socket.getOutputStream().write((login + command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput(); // the server replies and closes the connection
            String replies = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return login.isEmpty() ? replies : replies.substring(replies.indexOf('\n') + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    private List<String> command() throws IOException {
        List<String> command = new ArrayList<>(List.of(executable.getPath()));
        if (options.contains(SENTINEL)) {
            // A sentinel writes to its configuration.
            command.add(Files.createTempFile(executable.getParentFile().toPath(), "sentinel", ".conf")
                    .toString());
        } else {
            command.addAll(List.of("--save", "", "--appendonly", "no", "--dir", executable.getParent()));
            if (!password.isEmpty()) {
                command.addAll(List.of("--requirepass", password));
            }
        }
        command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
        command.addAll(options);
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private boolean replies() {
        try {
            return call("PING").startsWith("+PONG");
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    private void signal(String signal) {
        try {
            int exitCode = new ProcessBuilder(List.of("kill", signal, String.valueOf(process.pid())))
                    .start()
                    .waitFor();
            if (exitCode != 0) {
                throw new IllegalStateException("kill ended with " + exitCode);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
