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

/** Frontends that poll tasks at fixed intervals, each time from the next of several gateways, and their results. */
final class Pollers implements AutoCloseable {

    /** How long a replica may return an older status after another one has returned a newer one. */
    static final Duration SETTLED = Duration.ofMillis(100);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PATIENCE_SECONDS = 30;

    private final ScheduledExecutorService threads;
    private final Queue<Poll> polls = new ConcurrentLinkedQueue<>();
    private final List<KeptConnection> connections = new ArrayList<>();
    private volatile List<GatewayProcess> gateways;

    Pollers(List<GatewayProcess> gateways, int callers) {
        this.gateways = gateways;
        this.threads = Executors.newScheduledThreadPool(callers);
    }

    /** Starts to poll each of the tasks at this interval. */
    void begin(List<String> keys, Duration interval) {
        for (String key : keys) {
            AtomicInteger turn = new AtomicInteger(ThreadLocalRandom.current().nextInt(gateways.size()));
            Map<Integer, KeptConnection> kept = new HashMap<>();
            threads.scheduleAtFixedRate(
                    () -> {
                        List<GatewayProcess> current = gateways;
                        int port = current.get(turn.getAndIncrement() % current.size())
                                .port();
                        poll(kept.computeIfAbsent(port, this::connect), port, key);
                    },
                    ThreadLocalRandom.current().nextLong(interval.toMillis()),
                    interval.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    /** Sends all further polls to these gateways. */
    void turnTo(List<GatewayProcess> others) {
        gateways = others;
    }

    /** Returns the polls so far, in the order in which they were answered. */
    List<Poll> all() {
        return polls.stream().sorted(Comparator.comparing(Poll::answered)).toList();
    }

    /** Returns those that failed. */
    List<Poll> failed() {
        return all().stream().filter(poll -> poll.status() != 200).toList();
    }

    /**
     * Returns the polls that returned an outdated status although they started {@link #SETTLED} after another
     * poll of the same task had returned a newer one: that of a later check, or a terminal status where this one is
     * live.
     */
    List<String> backInTime() {
        return backInTime(all());
    }

    /** Returns the same for these polls, in the order in which they were answered. */
    static List<String> backInTime(List<Poll> polls) {
        List<String> back = new ArrayList<>();
        Collection<List<Poll>> byTask = polls.stream()
                .filter(poll -> poll.status() == 200)
                .collect(groupingBy(Poll::key))
                .values();
        for (List<Poll> ofTask : byTask) {
            for (Poll poll : ofTask) {
                ofTask.stream()
                        .takeWhile(before -> before.answered() < poll.begun() - SETTLED.toNanos())
                        .filter(poll::isOlderThan)
                        .findFirst()
                        .ifPresent(newer -> back.add(poll + " after " + newer));
            }
        }
        return back;
    }

    @Override
    public void close() {
        end();
    }

    /** Waits for the polls in flight and starts no more. */
    void end() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("polls are still in flight");
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

    private void poll(KeptConnection connection, int port, String key) {
        long begun = System.nanoTime();
        try {
            KeptConnection.Answer answer = connection.get("/tasks/" + key + "/status");
            JsonNode body = JSON.readTree(answer.body());
            polls.add(new Poll(key, port, begun, System.nanoTime(), answer.status(), body, answer.headers()));
        } catch (IOException | RuntimeException e) {
            polls.add(new Poll(
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
     * One poll.
     *
     * @param begun in nanoseconds
     * @param answered in nanoseconds
     * @param status of HTTP, 0 if there was no response
     */
    record Poll(
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

        boolean isOlderThan(Poll other) {
            return checkedAt().isBefore(other.checkedAt()) || (other.terminal() && !terminal());
        }
    }
}
