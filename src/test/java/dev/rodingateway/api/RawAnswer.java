package dev.rodingateway.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * An HTTP response as received, for requests that no HTTP client would send.
 *
 * @param head the status line and the headers
 * @param body everything after them
 */
public record RawAnswer(String head, String body) {

    private static final int TIMEOUT_MILLIS = 10_000;

    /** Sends a GET for an unmodified path, in Latin-1, and reads until the server closes the connection. */
    public static RawAnswer toGet(int port, String path) {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            return new RawAnswer(answer.substring(0, end), answer.substring(end + 4));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String statusLine() {
        return head.lines().findFirst().orElseThrow();
    }
}
