package dev.rodingateway.packaged;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A simulation of Rodin whose tasks are generating from their first check on for the number of milliseconds at the
 * start of their key, such as 1.5 s for {@code 1500-a}, and then done. A key that begins with {@code unknown} is that
 * of no task; for one that begins with {@code broken} it fails. Records all checks.
 */
final class TimedRodin implements AutoCloseable {

    private static final Pattern KEY = Pattern.compile("\"subscription_key\":\"([^\"]*)\"");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Check> checks = new ConcurrentLinkedQueue<>();
    private final Map<String, Long> begun = new ConcurrentHashMap<>();
    private volatile Duration latency = Duration.ofMillis(100);
    private volatile String throttledFor = "";

    TimedRodin() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/api/v2/status", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Sets how long each response takes from now on. */
    void setLatency(Duration newLatency) {
        latency = newLatency;
    }

    /** Answers all further checks with a 429 and this {@code Retry-After}; as usual again if it is empty. */
    void throttle(String retryAfter) {
        throttledFor = retryAfter;
    }

    /** Returns the checks whose key contains a text, in the order in which they arrived. */
    List<Check> checks(String ofKeys) {
        return checks.stream().filter(check -> check.key().contains(ofKeys)).toList();
    }

    /** Returns the maximum number of checks in any interval of this length. */
    static long busiest(List<Check> checks, Duration length) {
        long[] times = checks.stream().mapToLong(Check::arrived).sorted().toArray();
        int most = 0;
        for (int first = 0, last = 0; last < times.length; last++) {
            while (times[last] - times[first] >= length.toNanos()) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        long arrived = System.nanoTime();
        try (exchange) {
            Matcher matcher = KEY.matcher(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
            if (!matcher.find()) {
                throw new IOException("a check without a key");
            }
            String key = matcher.group(1);
            checks.add(new Check(key, arrived));
            TimeUnit.NANOSECONDS.sleep(latency.toNanos());
            if (!throttledFor.isEmpty()) {
                exchange.getResponseHeaders().set("Retry-After", throttledFor);
                send(exchange, 429, "{}");
            } else if (key.startsWith("unknown")) {
                send(exchange, 201, "{\"error\":\"NO_SUCH_TASK\"}");
            } else if (key.startsWith("broken")) {
                send(exchange, 500, "{\"error\":\"UNKNOWN\"}");
            } else {
                send(exchange, 201, "{\"jobs\":[{\"uuid\":\"j-1\",\"status\":\"" + status(key) + "\"}]}");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private String status(String key) {
        long now = System.nanoTime();
        long since = begun.computeIfAbsent(key, unused -> now);
        long millis = Long.parseLong(key.substring(0, key.indexOf('-')));
        return now - since >= TimeUnit.MILLISECONDS.toNanos(millis) ? "Done" : "Generating";
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(ISO_8859_1);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    /** @param arrived in nanoseconds */
    record Check(String key, long arrived) {}
}
