package dev.rodingateway.packaged;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A caller that keeps its connection alive and never retries. The JDK's client would silently retry a request whose
 * connection was closed.
 */
final class KeptConnection implements Closeable {

    private static final int PATIENCE_MS = 20_000;

    private final int port;
    private Socket socket;
    private InputStream in;

    KeptConnection(int port) {
        this.port = port;
    }

    /** Sends one request; closes the connection after any failure. */
    Answer get(String path) throws IOException {
        boolean whole = false;
        try {
            if (socket == null) {
                socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout(PATIENCE_MS);
                socket.setTcpNoDelay(true);
                in = new BufferedInputStream(socket.getInputStream());
            }
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: gateway\r\n\r\n").getBytes(ISO_8859_1));
            Answer answer = read();
            whole = !"close".equalsIgnoreCase(answer.headers().get("connection"));
            return answer;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    private Answer read() throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.get("content-length"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("in the body");
        }
        return new Answer(status, headers, new String(body, ISO_8859_1));
    }

    private String line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("in the head");
            }
            bytes.write(b);
        }
        return bytes.toString(ISO_8859_1).stripTrailing();
    }

    /** @param headers by their names in lower case */
    record Answer(int status, Map<String, String> headers, String body) {}
}
