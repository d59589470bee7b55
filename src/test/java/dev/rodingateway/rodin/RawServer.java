package dev.rodingateway.rodin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that sends on each connection the bytes that a script gives it, and records the requests. */
public final class RawServer implements AutoCloseable {

    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)\r\n");

    private static final Pattern SUBSCRIPTION_KEY = Pattern.compile("\"subscription_key\":\"([^\"]*)\"");

    /** What happens on one connection; it is closed at the end of the script. */
    @FunctionalInterface
    public interface Script {
        void play(Connection connection) throws IOException;
    }

    private final ServerSocket server;
    private final List<Script> scripts;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** @param scripts one per connection in the order they come; the last one serves all that follow */
    public RawServer(Script... scripts) {
        this.scripts = List.of(scripts);
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Returns the requests read so far, head and body. */
    public List<String> requests() {
        return requests;
    }

    /** Returns the connections accepted so far. */
    List<Connection> connections() {
        return connections;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Connection connection : connections) {
            connection.socket.close();
        }
        threads.shutdownNow();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(
                        true); // what is written is sent, whether the client has acknowledged the rest or not
                Connection connection = new Connection(socket);
                Script script = scripts.get(Math.min(connections.size(), scripts.size() - 1));
                connections.add(connection);
                threads.execute(() -> connection.play(script));
            }
        } catch (IOException e) {
            // The server was closed.
        }
    }

    /** One connection, from the server's side. */
    public final class Connection {

        private final Socket socket;
        private volatile boolean closedByClient;

        private Connection(Socket socket) {
            this.socket = socket;
        }

        /** Returns whether the script waited for the client to close the connection, and it did. */
        boolean closedByClient() {
            return closedByClient;
        }

        /** Reads one request with the body that its Content-Length announces, and returns the key in it. */
        String readKey() throws IOException {
            String request = readRequest();
            Matcher key = SUBSCRIPTION_KEY.matcher(request);
            if (!key.find()) {
                throw new IOException("a request without a key");
            }
            return key.group(1);
        }

        /** Reads one request with the body that its Content-Length announces, and returns both. */
        public String readRequest() throws IOException {
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    throw new EOFException();
                }
                bytes.write(b);
            }
            Matcher length = CONTENT_LENGTH.matcher(bytes.toString(ISO_8859_1));
            bytes.write(in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0));
            requests.add(bytes.toString(ISO_8859_1));
            return bytes.toString(ISO_8859_1);
        }

        public void write(String text) throws IOException {
            write(text.getBytes(ISO_8859_1));
        }

        public void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        /** Writes a 201 with a Content-Length, after which the connection may be used again. */
        public void answer(String json) throws IOException {
            write("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: " + json.length()
                    + "\r\n\r\n" + json);
        }

        /** Writes a character per interval until the client closes the connection. */
        void trickle(char character, Duration interval) throws IOException {
            socket.setSoTimeout((int) interval.toMillis());
            while (!closedByClient) {
                try {
                    awaitClose();
                } catch (SocketTimeoutException e) {
                    write(String.valueOf(character));
                }
            }
        }

        /** Lets so much time pass in which the client says nothing more. */
        public void awaitSilence(Duration duration) throws IOException {
            socket.setSoTimeout((int) duration.toMillis());
            try {
                awaitClose();
            } catch (SocketTimeoutException e) {
                // As asked.
            }
        }

        /** Waits until the client closes the connection. */
        public void awaitClose() throws IOException {
            if (socket.getInputStream().read() >= 0) {
                throw new IOException("the client went on talking");
            }
            closedByClient = true;
        }

        /** Makes the end of the script a reset of the connection rather than an orderly close. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
        }

        private void play(Script script) {
            try (socket) {
                script.play(this);
            } catch (IOException e) {
                // The other side hung up, as some tests will have it.
            }
        }
    }
}
