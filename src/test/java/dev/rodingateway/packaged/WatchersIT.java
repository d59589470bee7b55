package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

/** Many watchers of one task, in the packaged application. */
@Tag("slow")
class WatchersIT {

    private static final int MANY = 1000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** The interval between two checks of a frequently requested task: that of a generating task, 0.8 of 2 s. */
    private static final double SECONDS_BETWEEN_CHECKS = 1.6;

    private RodinSimulator rodin;
    private GatewayProcess gateway;

    @BeforeEach
    void start() throws IOException {
        rodin = RodinSimulator.start(SimulatorSettings.defaults());
        gateway = GatewayProcess.startAndAwait(Map.of("RODIN_API_KEY", "any", "RODIN_URL", rodin.url()));
    }

    @AfterEach
    void stop() {
        gateway.close();
        rodin.close();
    }

    @Test
    void oneSequenceOfChecksUpdatesAllWatchersWithinASecond() {
        String key = "demo-many";
        try (Crowd streams = new Crowd(gateway.port());
                Crowd polls = new Crowd(gateway.port())) {
            // Given
            long begun = System.nanoTime();
            streams.send(MANY, "GET /tasks/" + key + "/events", "");
            streams.readUntil(stream -> !stream.delays().isEmpty(), LIMIT);
            polls.send(MANY, "GET /tasks/" + key + "/status", "Prefer: wait=60\r\n");
            await().until(() -> metric("gateway_watchers"), watchers -> watchers == 2 * MANY);
            int known = streams.callers().get(0).delays().size();

            // When
            polls.readUntil(poll -> !poll.delays().isEmpty(), LIMIT);
            streams.readUntil(stream -> stream.delays().size() >= known + 3, LIMIT);

            // Then
            double seconds = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0;
            assertThat(rodin.checks(key)).isBetween(3L, 2 + (long) (seconds / SECONDS_BETWEEN_CHECKS));
            assertThat(metric("gateway_watched_tasks")).isEqualTo(1);
            assertThat(polls.callers())
                    .allSatisfy(poll -> assertThat(poll.delays().get(0)).isLessThan(Duration.ofSeconds(1)));
            assertThat(streams.callers())
                    .allSatisfy(stream -> assertThat(stream.delays().subList(1, known + 3))
                            .allSatisfy(delay -> assertThat(delay).isLessThan(Duration.ofSeconds(1))));
        }
    }

    @Test
    void disconnectedWatchersAreRemoved() {
        // Given
        connectAndDisconnect("demo-before");
        long before = heapAfterCollection();

        // When
        connectAndDisconnect("demo-gone");

        // Then
        long checks = rodin.checks("demo-gone");
        try (Crowd other = new Crowd(gateway.port())) {
            other.send(1, "GET /tasks/demo-other/events", "");
            await().atMost(LIMIT).until(() -> rodin.checks("demo-other") >= 4);
        }
        assertThat(rodin.checks("demo-gone")).isEqualTo(checks);
        assertThat(heapAfterCollection() - before).isLessThan(MANY * 1024);
    }

    @Test
    @DisabledIf("dev.rodingateway.packaged.GatewayProcess#isNative")
    void memoryOfAWatcherIsLimited() {
        // Given
        connectAndDisconnect("demo-before");
        long before = heapAfterCollection();
        try (Crowd streams = new Crowd(gateway.port())) {
            // When
            streams.send(MANY, "GET /tasks/empty-1/events", "");
            streams.readUntil(stream -> !stream.delays().isEmpty(), LIMIT);

            // Then
            long perWatcher = (heapAfterCollection() - before) / MANY;
            System.out.println("heap per stream: " + perWatcher + " bytes");
            assertThat(perWatcher).isBetween(100L, 12L * 1024);
        }
    }

    private void connectAndDisconnect(String key) {
        try (Crowd streams = new Crowd(gateway.port());
                Crowd polls = new Crowd(gateway.port())) {
            streams.send(MANY, "GET /tasks/" + key + "/events", "");
            polls.send(MANY, "GET /tasks/" + key + "/status", "Prefer: wait=60\r\n");
            streams.readUntil(stream -> !stream.delays().isEmpty(), LIMIT);
            await().until(() -> metric("gateway_watchers"), watchers -> watchers >= MANY);
        }
        await().atMost(LIMIT).until(() -> metric("gateway_watchers"), watchers -> watchers == 0);
        assertThat(metric("gateway_watched_tasks")).isZero();
    }

    private double metric(String name) {
        String metrics = RawHttp.get(gateway.managementPort(), "/q/metrics");
        Matcher line = Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(metrics);
        assertThat(line.find()).as(name).isTrue();
        return Double.parseDouble(line.group(1));
    }

    /** Returns the size of the reachable heap in bytes; 0 for a native executable, which does not provide it. */
    private long heapAfterCollection() {
        if (GatewayProcess.isNative()) {
            return 0;
        }
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process process = new ProcessBuilder(List.of(jcmd, Long.toString(gateway.pid()), "GC.class_histogram"))
                    .redirectErrorStream(true)
                    .start();
            String histogram = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            Matcher total = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)$").matcher(histogram.stripTrailing());
            assertThat(total.find()).as(histogram).isTrue();
            return Long.parseLong(total.group(1));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
