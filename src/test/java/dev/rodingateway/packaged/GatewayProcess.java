package dev.rodingateway.packaged;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The packaged gateway, a jar or a native executable, as a process of its own on free ports. Its environment contains
 * only the given variables, none of the tests' own.
 */
final class GatewayProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern LISTENING = Pattern.compile(
            "Listening on: https?://\\S+?:(\\d+)\\. Management interface listening on http://\\S+?:(\\d+)\\.");

    private final Path directory;
    private final Process process;
    private volatile MatchResult listening;

    private GatewayProcess(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /** Starts a process and returns immediately. */
    static GatewayProcess start(Map<String, String> environment) {
        return start(environment, command(List.of()));
    }

    /**
     * Starts a process with limited resources, and returns when it is listening.
     *
     * @param heap as with -Xmx
     * @param descriptors the maximum number of open files and connections
     */
    static GatewayProcess startAndAwait(Map<String, String> environment, String heap, int descriptors) {
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -n " + descriptors + " && exec \"$@\"", "gateway"));
        command.addAll(command(List.of("-Xmx" + heap)));
        return awaitStart(start(environment, command));
    }

    private static GatewayProcess start(Map<String, String> environment, List<String> command) {
        try {
            Path directory = Files.createTempDirectory("gateway-process");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(outputIn(directory).toFile());
            builder.environment().clear();
            builder.environment().put("QUARKUS_HTTP_PORT", "0");
            builder.environment().put("QUARKUS_MANAGEMENT_PORT", "0");
            builder.environment().put("QUARKUS_SHUTDOWN_DELAY", "0s");
            builder.environment().putAll(environment);
            return new GatewayProcess(directory, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a process and returns when it is listening. */
    static GatewayProcess startAndAwait(Map<String, String> environment) {
        return awaitStart(start(environment));
    }

    private static GatewayProcess awaitStart(GatewayProcess gateway) {
        try {
            gateway.port();
            return gateway;
        } catch (RuntimeException | Error e) {
            gateway.close();
            throw e;
        }
    }

    /** Returns whether the packaged application is a native executable. */
    static boolean isNative() {
        return "native".equals(artifact().getProperty("type"));
    }

    int port() {
        return Integer.parseInt(listening().group(1));
    }

    int managementPort() {
        return Integer.parseInt(listening().group(2));
    }

    long pid() {
        return process.pid();
    }

    /** Sends SIGTERM to the process, as Kubernetes does. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Returns the exit code. */
    int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("The process still runs after " + limit + ":\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the output so far, of both streams. */
    String output() {
        try {
            return Files.readString(outputIn(directory), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            Files.delete(outputIn(directory));
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Determined once, because some tests need it for every request. */
    private MatchResult listening() {
        MatchResult known = listening;
        if (known == null) {
            known = awaitListening();
            listening = known;
        }
        return known;
    }

    private MatchResult awaitListening() {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> {
                            String printed = output();
                            if (!process.isAlive()) {
                                throw new AssertionError("The process has ended:\n" + printed);
                            }
                            return LISTENING.matcher(printed).results().findFirst();
                        },
                        found -> found.isPresent())
                .orElseThrow();
    }

    /** @param options that a native executable and the JVM both know */
    private static List<String> command(List<String> options) {
        String artifact = Path.of("target", artifact().getProperty("path"))
                .toAbsolutePath()
                .toString();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>();
        if (isNative()) {
            command.add(artifact);
            command.addAll(options);
        } else {
            command.addAll(List.of(java, "-XX:TieredStopAtLevel=1"));
            command.addAll(options);
            command.addAll(List.of("-jar", artifact));
        }
        return command;
    }

    /** The build's description of its artifact: there may be an executable of an earlier build beside a jar. */
    private static Properties artifact() {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(Path.of("target", "quarkus-artifact.properties"))) {
            properties.load(in);
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path outputIn(Path directory) {
        return directory.resolve("output.txt");
    }
}
