package dev.rodingateway.shared;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Sends commands to a Redis server and waits for the replies: strings, numbers as {@link Long}, lists and null. */
final class RespClient implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private RespClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    static RespClient connect(int port) {
        try {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress("127.0.0.1", port), 2000);
            socket.setSoTimeout(5000);
            return new RespClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An error reply. */
    static final class ServerError extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ServerError(String message) {
            super(message);
        }
    }

    Object send(String... command) {
        return send(List.of(command));
    }

    Object send(List<String> command) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(("*" + command.size() + "\r\n").getBytes(StandardCharsets.US_ASCII));
            for (String part : command) {
                byte[] text = part.getBytes(StandardCharsets.UTF_8);
                bytes.writeBytes(("$" + text.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
                bytes.writeBytes(text);
                bytes.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            out.write(bytes.toByteArray());
            out.flush();
            return read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a command whose reply is a list, and returns its elements as strings. */
    List<String> list(String... command) {
        return strings(send(command));
    }

    static List<String> strings(Object reply) {
        return ((List<?>) reply).stream().map(String::valueOf).toList();
    }

    private Object read() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case ':' -> Long.valueOf(rest);
            case '-' -> throw new ServerError(rest);
            case '$' -> {
                int length = Integer.parseInt(rest);
                if (length < 0) {
                    yield null;
                }
                byte[] text = in.readNBytes(length);
                in.readNBytes(2);
                yield new String(text, StandardCharsets.UTF_8);
            }
            case '*' -> {
                int size = Integer.parseInt(rest);
                List<Object> all = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    all.add(read());
                }
                yield size < 0 ? null : all;
            }
            default -> throw new IOException("unknown reply");
        };
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new IOException("connection closed");
            }
            line.append((char) c);
        }
        in.read();
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
