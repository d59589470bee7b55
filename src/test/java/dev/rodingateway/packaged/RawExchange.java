package dev.rodingateway.packaged;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Everything that a server sends in response to bytes on one connection.
 *
 * @param text the unmodified responses, in Latin-1
 * @param closed whether the server closed the connection, with or without a reset
 */
record RawExchange(String text, boolean closed) {

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");

    /**
     * Sends the unmodified bytes, in Latin-1, and reads until the server closes the connection or is silent for this
     * time.
     */
    static RawExchange send(int port, String bytes, int silenceMillis) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(silenceMillis);
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            return read(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RawExchange read(InputStream in) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean closed = true;
        try {
            in.transferTo(bytes);
        } catch (SocketTimeoutException silent) {
            closed = false;
        } catch (IOException reset) {
            bytes.writeBytes("[reset]".getBytes(ISO_8859_1));
        }
        return new RawExchange(bytes.toString(ISO_8859_1), closed);
    }

    /** Returns the status of each response. */
    List<Integer> statuses() {
        return STATUS_LINE
                .matcher(text)
                .results()
                .map(line -> Integer.valueOf(line.group(1)))
                .toList();
    }
}
