package dev.rodingateway.packaged;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import redis.embedded.RedisExecProvider;

/** A redis-server on a free port, without persistence, which can be killed, suspended and restarted. */
final class RedisProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final File executable;
    private final int port;
    private Process process;

    private RedisProcess(File executable, int port) {
        this.executable = executable;
        this.port = port;
    }

    /** Starts a server and returns when it replies. */
    static RedisProcess start() {
        try {
            RedisProcess redis =
                    new RedisProcess(RedisExecProvider.defaultProvider().get(), freePort());
            redis.startAgain();
            return redis;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Starts the server on the same port, empty. */
    void startAgain() {
        try {
            process = new ProcessBuilder(
                            executable.getPath(),
                            "--port",
                            String.valueOf(port),
                            "--bind",
                            "127.0.0.1",
                            "--save",
                            "",
                            "--appendonly",
                            "no",
                            "--dir",
                            executable.getParent())
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
            socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
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
