package dev.rodingateway.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A simulation of Rodin on a real socket, found by a DNS name, that simulates faults on the way to it and counts the
 * requests that it has read. The first word of a key is the status of its job.
 */
public final class FaultyRodin implements QuarkusTestResourceLifecycleManager {

    /** A fault of each further request, or of the connections that are open. */
    public enum Fault {
        NONE,
        REFUSED,
        NAME_GONE,
        CLOSED_WHILE_IDLE,
        CLOSED_UNDER_THE_NEXT,
        RESET_BEFORE_HEADERS,
        RESET_AFTER_HEADERS,
        HANG,
        BYTE_A_SECOND,
        HALF_A_BODY,
        HTTP_500,
        HTTP_502,
        HTTP_429,
        HTML,
        NO_SUCH_TASK
    }

    private static final Pattern KEY = Pattern.compile("\"subscription_key\":\"(([A-Za-z]+)-[^\"]*)\"");
    private static final String BEGUN =
            "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";

    private final NameServer names = new NameServer();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Integer> checks = new ConcurrentHashMap<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Set<Socket> toBeClosed = ConcurrentHashMap.newKeySet();
    private ServerSocket listener;
    private CompletableFuture<Void> accepting;
    private volatile Fault fault = Fault.NONE;

    /** Finds a port and listens on it. */
    public FaultyRodin() {
        listen(0);
    }

    @Override
    public Map<String, String> start() {
        // Quarkus sets this for an application without asynchronous DNS, and it applies to later applications in this
        // process, too.
        System.clearProperty("vertx.disableDnsResolver");
        return Map.of(
                "rodin.url", "http://rodin.test:" + listener.getLocalPort(),
                "rodin.api-key", "the-api-key-of-the-tests",
                "quarkus.vertx.use-async-dns", "true",
                "quarkus.vertx.resolver.servers", names.address(),
                "quarkus.vertx.resolver.cache-max-time-to-live", "0",
                "gateway.freshness.waiting", "1s",
                "gateway.freshness.generating", "1s",
                "gateway.upstream.timeout", "2s",
                "gateway.upstream.requests-per-minute", "100000");
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, new TestInjector.MatchesType(FaultyRodin.class));
    }

    @Override
    public void stop() {
        close(listener);
        connections.forEach(FaultyRodin::close);
        names.close();
        threads.shutdownNow();
    }

    /** Ends the previous fault and starts this one. */
    public void play(Fault next) {
        fault = next;
        names.knowNames(next != Fault.NAME_GONE);
        if (next == Fault.REFUSED) {
            close(listener);
            accepting.join(); // until then the port is open
        } else if (listener.isClosed()) {
            listen(listener.getLocalPort());
        }
        switch (next) {
            case REFUSED, NAME_GONE, CLOSED_WHILE_IDLE -> connections.forEach(FaultyRodin::close);
            case CLOSED_UNDER_THE_NEXT -> toBeClosed.addAll(connections);
            default -> {}
        }
    }

    /** Returns how many requests for this key were read. */
    int checksOf(String key) {
        return checks.getOrDefault(key, 0);
    }

    private void listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            listener = socket;
            accepting = CompletableFuture.runAsync(() -> accept(socket), threads);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                Socket connection = socket.accept();
                connections.add(connection);
                threads.execute(() -> serve(connection));
            }
        } catch (IOException e) {
            // The listener was closed.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            while (true) {
                Matcher key = KEY.matcher(readRequest(connection.getInputStream()));
                if (connection.isClosed() || !key.find()) {
                    return; // a read in progress while the connection is closed may still succeed
                }
                checks.merge(key.group(1), 1, Integer::sum);
                if (toBeClosed.contains(connection)) {
                    return;
                }
                play(connection, key.group(2));
            }
        } catch (IOException e) {
            // The connection was closed, by either side.
        } finally {
            connections.remove(connection);
            toBeClosed.remove(connection);
        }
    }

    private void play(Socket connection, String jobStatus) throws IOException {
        switch (fault) {
            case NONE, REFUSED, NAME_GONE, CLOSED_WHILE_IDLE, CLOSED_UNDER_THE_NEXT ->
                answer(connection, "201 Created", "{\"jobs\":[{\"status\":\"" + jobStatus + "\"}]}");
            case RESET_BEFORE_HEADERS -> reset(connection);
            case RESET_AFTER_HEADERS -> {
                write(connection, BEGUN);
                awaitClose(connection, 100); // so that the client receives that much
                reset(connection);
            }
            case HANG -> awaitClose(connection, 0);
            case BYTE_A_SECOND -> {
                write(connection, BEGUN);
                while (!awaitClose(connection, 1000)) {
                    write(connection, " ");
                }
            }
            case HALF_A_BODY -> {
                write(connection, BEGUN + "{\"jobs\":[");
                connection.close();
            }
            case HTTP_500 -> answer(connection, "500 Internal Server Error", "{\"error\":\"UNKNOWN\"}");
            case HTTP_502 -> answer(connection, "502 Bad Gateway", "<html>bad gateway</html>");
            case HTTP_429 -> answer(connection, "429 Too Many Requests\r\nRetry-After: 1", "slow down");
            case NO_SUCH_TASK -> answer(connection, "201 Created", "{\"error\":\"NO_SUCH_TASK\"}");
            case HTML -> answer(connection, "200 OK", "<html>maintenance</html>");
        }
    }

    /** Reads the head and the body, which is one flat JSON object. */
    private static String readRequest(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b != '}'; b = in.read()) {
            if (b < 0) {
                throw new EOFException();
            }
            bytes.write(b);
        }
        return bytes.toString(ISO_8859_1);
    }

    private static void answer(Socket connection, String statusAndHeaders, String body) throws IOException {
        write(connection, "HTTP/1.1 " + statusAndHeaders + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static void write(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static void reset(Socket connection) throws IOException {
        connection.setSoLinger(true, 0);
        connection.close();
    }

    /** Returns whether the client closed the connection within this time in milliseconds; 0 means no limit. */
    private static boolean awaitClose(Socket connection, int millis) throws IOException {
        connection.setSoTimeout(millis);
        try {
            return connection.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
