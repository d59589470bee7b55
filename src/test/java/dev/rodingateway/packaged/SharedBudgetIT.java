package dev.rodingateway.packaged;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Thirty live tasks share a budget of 120 checks per minute, however frequently they are polled, and their callers
 * receive matching polling intervals. The load runs once; each test evaluates the calls to Rodin and the responses.
 */
@Tag("slow")
class SharedBudgetIT {

    private static final int BUDGET = 120;
    private static final int TASKS = 30;

    /** The interval of checks for each task at 1.5 checks per second, which the budget allows on average. */
    private static final int SHARE_SECONDS = 20;

    private static final Duration POLLED_FOR = Duration.ofSeconds(125);
    private static final int POLL_EVERY_MS = 200;

    /** Thirty new tasks: an eighth of the budget is available immediately, then three checks in four seconds. */
    private static final Duration ALL_KNOWN_WITHIN = Duration.ofSeconds(25);

    /** The patience of 1 s, plus a margin for a busy machine. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(1800);

    /** The maximum time that a refresh waits for a permit. */
    private static final int MAX_PERMIT_WAIT_SECONDS = 10;

    /** The maximum {@code Retry-After} for a new task. */
    private static final int MAX_RETRY_AFTER_SECONDS = 30;

    /** How long after the last first check refreshes may use the whole budget again instead of half of it. */
    private static final Duration SETTLED_AFTER = Duration.ofSeconds(75);

    private static final double LARGEST_SHARE_OF_STALE = 0.02;

    /** The times of calls to Rodin, in nanoseconds. */
    private static final Queue<Long> REQUESTS = new ConcurrentLinkedQueue<>();

    /** The responses to callers. */
    private static final Queue<Poll> POLLS = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void pollFrequently() throws IOException, InterruptedException {
        HttpServer rodin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        rodin.createContext("/api/v2/status", SharedBudgetIT::answer);
        rodin.start();
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(TASKS);
        try (GatewayProcess gateway = GatewayProcess.startAndAwait(Map.of(
                "RODIN_API_KEY",
                "any",
                "RODIN_URL",
                "http://127.0.0.1:" + rodin.getAddress().getPort(),
                "GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE",
                String.valueOf(BUDGET)))) {
            List<Poller> pollers = IntStream.range(0, TASKS)
                    .mapToObj(task -> new Poller(threads, gateway.port(), "task-" + task))
                    .toList();
            pollers.forEach(Poller::start);
            awaitEnd(pollers, gateway);
        } finally {
            threads.shutdownNow();
            rodin.stop(0);
        }
    }

    @Test
    void tasksArePolledMuchMoreOftenThanTheyAreChecked() {
        assertThat(POLLS.size()).isGreaterThan(50 * (int) POLLED_FOR.toSeconds());
    }

    @Test
    void noMinuteHasMoreChecksThanTheBudget() {
        // Checks that are a minute apart when they are granted may arrive slightly closer together.
        long window = Duration.ofSeconds(60).minusMillis(100).toNanos();
        List<Long> times = REQUESTS.stream().sorted().toList();

        for (int first = 0; first < times.size(); first++) {
            long end = times.get(first) + window;
            assertThat(times.subList(first, times.size()).stream()
                            .takeWhile(time -> time < end)
                            .count())
                    .isLessThanOrEqualTo(BUDGET);
        }
    }

    @Test
    void newTaskGetsARetryAfterUntilItsFirstCheckAndThenNeverFails() {
        for (Collection<Poll> ofTask : byTask()) {
            List<Poll> beforeKnown =
                    ofTask.stream().takeWhile(poll -> poll.status() != 200).toList();
            List<Poll> known = ofTask.stream().skip(beforeKnown.size()).toList();

            assertThat(beforeKnown).allMatch(Poll::hasRetryAfter);
            assertThat(known).isNotEmpty();
            assertThat(firstOf(known, poll -> poll.status() != 200)).isEmpty();
            assertThat(Duration.ofNanos(known.get(0).requested() - begun())).isLessThan(ALL_KNOWN_WITHIN);
        }
    }

    @Test
    void everyTaskIsRefreshedWithinItsShareOfTheBudget() {
        for (Collection<Poll> ofTask : byTask()) {
            List<Instant> checks = ofTask.stream()
                    .filter(poll -> poll.status() == 200)
                    .map(Poll::checkedAt)
                    .toList();

            assertThat(checks.stream().distinct().toList()).hasSizeGreaterThanOrEqualTo(4);
            assertThat(checks.equals(checks.stream().sorted().toList()))
                    .as("no status is followed by an older one")
                    .isTrue();
        }
        assertThat(firstOf(pollsOfKnownTasks(), poll -> poll.age() > SHARE_SECONDS + MAX_PERMIT_WAIT_SECONDS))
                .isEmpty();
    }

    @Test
    void pollingIntervalsFollowTheShareOfTheBudget() {
        List<Poll> polls = pollsOfKnownTasks();
        long settled = lastFirstCheck() + SETTLED_AFTER.toNanos();
        List<Poll> settledPolls =
                polls.stream().filter(poll -> poll.requested() >= settled).toList();

        assertThat(settledPolls.stream().map(Poll::task).distinct()).hasSize(TASKS);
        assertHintsBetween(polls, SHARE_SECONDS, 2 * SHARE_SECONDS);
        assertHintsBetween(settledPolls, SHARE_SECONDS, SHARE_SECONDS * 1.1);
        assertThat(firstOf(polls, poll -> poll.retryAfter() != (poll.pollAfterMs() + 999) / 1000))
                .isEmpty();
        assertThat(firstOf(polls, poll -> poll.stale() && poll.maxAge() != 0)).isEmpty();
        assertThat(firstOf(
                        polls,
                        poll -> !poll.stale() && (poll.maxAge() < SHARE_SECONDS || poll.maxAge() > 2 * SHARE_SECONDS)))
                .isEmpty();
    }

    /** The polling intervals are the lifetimes with a jitter of 10 %. */
    private static void assertHintsBetween(List<Poll> polls, double least, double most) {
        List<Long> hints = polls.stream().map(Poll::pollAfterMs).sorted().toList();

        assertThat(hints.get(0)).isBetween((long) (900 * least), (long) (1000 * most));
        assertThat(hints.get(hints.size() - 1)).isBetween((long) (1050 * least), (long) (1100 * most));
    }

    @Test
    void callersOfKnownTasksRarelyWaitAndRarelyGetAStaleStatus() {
        List<Poll> polls = pollsOfKnownTasks();
        long stale = polls.stream().filter(Poll::stale).count();

        assertThat(firstOf(polls, poll -> poll.took().compareTo(LONGEST_WAIT) > 0))
                .isEmpty();
        assertThat(firstOf(polls, poll -> poll.stale() && poll.age() < SHARE_SECONDS))
                .isEmpty();
        assertThat(stale / (double) polls.size()).isLessThan(LARGEST_SHARE_OF_STALE);
    }

    private static void awaitEnd(List<Poller> pollers, GatewayProcess gateway) throws InterruptedException {
        try {
            CompletableFuture.allOf(pollers.stream().map(Poller::end).toArray(CompletableFuture[]::new))
                    .get(POLLED_FOR.plusSeconds(30).toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("polling failed; output of the gateway:\n" + gateway.output(), e);
        }
    }

    /** Returns each task's polls in their order. */
    private static Collection<List<Poll>> byTask() {
        Collection<List<Poll>> tasks =
                POLLS.stream().collect(groupingBy(Poll::task)).values();
        assertThat(tasks).hasSize(TASKS);
        return tasks;
    }

    /** Returns the polls after the last task became known and the shares have been recomputed. */
    private static List<Poll> pollsOfKnownTasks() {
        long settled = lastFirstCheck() + Duration.ofSeconds(2).toNanos();
        List<Poll> polls =
                POLLS.stream().filter(poll -> poll.requested() >= settled).toList();
        assertThat(polls.stream().map(Poll::task).distinct()).hasSize(TASKS);
        return polls;
    }

    /** Returns when the last task became known. */
    private static long lastFirstCheck() {
        return byTask().stream()
                .mapToLong(ofTask -> ofTask.stream()
                        .filter(poll -> poll.status() == 200)
                        .findFirst()
                        .orElseThrow()
                        .answered())
                .max()
                .orElseThrow();
    }

    /** There are too many to print them all. */
    private static Optional<Poll> firstOf(List<Poll> polls, Predicate<Poll> wrong) {
        return polls.stream().filter(wrong).findFirst();
    }

    private static long begun() {
        return POLLS.stream().mapToLong(Poll::requested).min().orElseThrow();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        REQUESTS.add(System.nanoTime());
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] body = "{\"jobs\":[{\"uuid\":\"j-1\",\"status\":\"Generating\"}]}".getBytes(ISO_8859_1);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(201, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Polls a task several times a second, or after the {@code Retry-After} of a 503, on a persistent connection. */
    private static final class Poller {

        private static final ObjectMapper JSON = new ObjectMapper();

        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final ScheduledExecutorService threads;
        private final KeptConnection connection;
        private final String task;
        private final long until = System.nanoTime() + POLLED_FOR.toNanos();

        Poller(ScheduledExecutorService threads, int port, String task) {
            this.threads = threads;
            this.connection = new KeptConnection(port);
            this.task = task;
        }

        void start() {
            threads.execute(this::pollRepeatedly);
        }

        /** Returns a future that completes when the time is over, or fails with an exception of the polling. */
        CompletableFuture<Void> end() {
            return end;
        }

        private void pollRepeatedly() {
            try {
                if (System.nanoTime() >= until) {
                    connection.close();
                    end.complete(null);
                    return;
                }
                Poll poll = poll();
                POLLS.add(poll);
                long pause = poll.status() == 503 ? 1000 * poll.retryAfter() : POLL_EVERY_MS;
                threads.schedule(this::pollRepeatedly, pause, TimeUnit.MILLISECONDS);
            } catch (IOException | RuntimeException e) {
                end.completeExceptionally(e);
            }
        }

        private Poll poll() throws IOException {
            long requested = System.nanoTime();
            KeptConnection.Answer answer = connection.get("/tasks/" + task + "/status");
            long answered = System.nanoTime();
            return new Poll(task, requested, answered, answer.status(), answer.headers(), JSON.readTree(answer.body()));
        }
    }

    /** A response; {@code requested} and {@code answered} are the times of request and response in nanoseconds. */
    private record Poll(
            String task, long requested, long answered, int status, Map<String, String> headers, JsonNode body) {

        Duration took() {
            return Duration.ofNanos(answered - requested);
        }

        Instant checkedAt() {
            return Instant.parse(body.path("checkedAt").textValue());
        }

        boolean stale() {
            return body.path("stale").booleanValue();
        }

        long pollAfterMs() {
            return body.path("pollAfterMs").longValue();
        }

        long retryAfter() {
            return number("retry-after");
        }

        long age() {
            return number("age");
        }

        long maxAge() {
            return Long.parseLong(headers.get("cache-control").replace("private, max-age=", ""));
        }

        boolean hasRetryAfter() {
            return status == 503
                    && "upstream-throttled".equals(body.path("code").textValue())
                    && retryAfter() >= 1
                    && retryAfter() <= MAX_RETRY_AFTER_SECONDS;
        }

        private long number(String header) {
            return Long.parseLong(Objects.requireNonNull(headers.get(header), header));
        }
    }
}
