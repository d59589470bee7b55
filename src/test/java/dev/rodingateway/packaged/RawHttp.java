package dev.rodingateway.packaged;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends HTTP/1.1 requests as text, which may be malformed, and returns complete responses. */
final class RawHttp {

    private static final int PATIENCE_MS = 20_000;

    private RawHttp() {}

    static String get(int port, String path) {
        return exchange(port, "GET " + path, "");
    }

    /**
     * Returns the unmodified status line, headers and body.
     *
     * @param start method and request target
     * @param headers further header lines, each with its line end
     */
    static String exchange(int port, String start, String headers) {
        try (Socket socket = send(port, start, headers)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(start, e);
        }
    }

    /** Sends a request and leaves its response unread. */
    static Socket send(int port, String start, String headers) {
        try {
            Socket socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(PATIENCE_MS);
            String request = start + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n" + headers + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(start, e);
        }
    }
}
