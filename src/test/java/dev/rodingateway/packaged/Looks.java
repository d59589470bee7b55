package dev.rodingateway.packaged;

import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Frontends that look up tasks at fixed intervals, each time from the next of several gateways, and their results. */
final class Looks implements AutoCloseable {

    /** How long a replica may return an older status after another one has returned a newer one. */
    static final Duration SETTLED = Duration.ofMillis(100);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PATIENCE_SECONDS = 30;

    private final ScheduledExecutorService threads;
    private final Queue<Look> looks = new ConcurrentLinkedQueue<>();
    private final List<KeptConnection> connections = new ArrayList<>();
    private volatile List<GatewayProcess> gateways;

    Looks(List<GatewayProcess> gateways, int callers) {
        this.gateways = gateways;
        this.threads = Executors.newScheduledThreadPool(callers);
    }

    /** Starts to look up each of the tasks at this interval. */
    void begin(List<String> keys, Duration interval) {
        for (String key : keys) {
            AtomicInteger turn = new AtomicInteger(ThreadLocalRandom.current().nextInt(gateways.size()));
            Map<Integer, KeptConnection> kept = new HashMap<>();
            threads.scheduleAtFixedRate(
                    () -> {
                        List<GatewayProcess> current = gateways;
                        int port = current.get(turn.getAndIncrement() % current.size())
                                .port();
                        look(kept.computeIfAbsent(port, this::connect), port, key);
                    },
                    ThreadLocalRandom.current().nextLong(interval.toMillis()),
                    interval.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    /** Sends all further look-ups to these gateways. */
    void turnTo(List<GatewayProcess> others) {
        gateways = others;
    }

    /** Returns the look-ups so far, in the order in which they were answered. */
    List<Look> all() {
        return looks.stream().sorted(Comparator.comparing(Look::answered)).toList();
    }

    /** Returns those that failed. */
    List<Look> failed() {
        return all().stream().filter(look -> look.status() != 200).toList();
    }

    /**
     * Returns the look-ups that returned an outdated status although they started {@link #SETTLED} after another
     * look-up of the same task had returned a newer one: that of a later check, or a terminal status where this one is
     * live.
     */
    List<String> backInTime() {
        return backInTime(all());
    }

    /** Returns the same for these look-ups, in the order in which they were answered. */
    static List<String> backInTime(List<Look> looks) {
        List<String> back = new ArrayList<>();
        Collection<List<Look>> byTask = looks.stream()
                .filter(look -> look.status() == 200)
                .collect(groupingBy(Look::key))
                .values();
        for (List<Look> ofTask : byTask) {
            for (Look look : ofTask) {
                ofTask.stream()
                        .takeWhile(before -> before.answered() < look.begun() - SETTLED.toNanos())
                        .filter(look::isOlderThan)
                        .findFirst()
                        .ifPresent(newer -> back.add(look + " after " + newer));
            }
        }
        return back;
    }

    @Override
    public void close() {
        end();
    }

    /** Waits for the look-ups in flight and starts no more. */
    void end() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("look-ups are still in flight");
            }
            for (KeptConnection connection : connections) {
                connection.close();
            }
        } catch (InterruptedException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized KeptConnection connect(int port) {
        KeptConnection connection = new KeptConnection(port);
        connections.add(connection);
        return connection;
    }

    private void look(KeptConnection connection, int port, String key) {
        long begun = System.nanoTime();
        try {
            KeptConnection.Answer answer = connection.get("/tasks/" + key + "/status");
            JsonNode body = JSON.readTree(answer.body());
            looks.add(new Look(key, port, begun, System.nanoTime(), answer.status(), body, answer.headers()));
        } catch (IOException | RuntimeException e) {
            looks.add(new Look(
                    key,
                    port,
                    begun,
                    System.nanoTime(),
                    0,
                    JSON.createObjectNode().put("error", e.toString()),
                    Map.of()));
        }
    }

    /**
     * One look-up.
     *
     * @param begun in nanoseconds
     * @param answered in nanoseconds
     * @param status of HTTP, 0 if there was no response
     */
    record Look(
            String key, int port, long begun, long answered, int status, JsonNode body, Map<String, String> headers) {

        Instant checkedAt() {
            return Instant.parse(body.path("checkedAt").textValue());
        }

        boolean terminal() {
            return body.path("terminal").booleanValue();
        }

        Duration took() {
            return Duration.ofNanos(answered - begun);
        }

        boolean isOlderThan(Look other) {
            return checkedAt().isBefore(other.checkedAt()) || (other.terminal() && !terminal());
        }
    }
}
