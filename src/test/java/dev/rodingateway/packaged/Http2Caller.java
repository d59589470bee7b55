package dev.rodingateway.packaged;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/2 client that works frame by frame, so that it can send malformed requests and inspect each frame of a
 * response.
 */
public final class Http2Caller implements AutoCloseable {

    public static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    public static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    private static final int CONTINUATION = 9;
    private static final int PRIORITY = 32;
    private static final int PRIORITY_OCTETS = 5;
    private static final int ACK = 1;
    private static final int LARGEST_FRAME = 16 * 1024;
    private static final int PATIENCE_MS = 20_000;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    private int lastStream = -1;

    /** Opens a connection. */
    public Http2Caller(int port) throws IOException {
        this(port, new byte[0]);
    }

    /**
     * @param settings the payload of the settings frame
     */
    Http2Caller(int port, byte[] settings) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(PATIENCE_MS);
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        send(SETTINGS, 0, 0, settings);
    }

    /** Sends a request without a body and returns its stream. */
    public int get(String path, Map<String, String> headers) throws IOException {
        return request("GET", path, headers, END_STREAM);
    }

    /** Sends the head of a request and returns its stream. */
    public int request(String method, String path, Map<String, String> headers, int flags) throws IOException {
        byte[] list = encode(method, path, headers);
        lastStream += 2;
        int first = Math.min(list.length, LARGEST_FRAME);
        send(HEADERS, flags | (first == list.length ? END_HEADERS : 0), lastStream, slice(list, 0, first));
        for (int sent = first; sent < list.length; sent += LARGEST_FRAME) {
            int end = Math.min(sent + LARGEST_FRAME, list.length);
            send(CONTINUATION, end == list.length ? END_HEADERS : 0, lastStream, slice(list, sent, end));
        }
        return lastStream;
    }

    byte[] encode(String method, String path, Map<String, String> headers) throws IOException {
        Http2Headers all = new DefaultHttp2Headers()
                .method(method)
                .path(path)
                .scheme("http")
                .authority("gateway");
        headers.forEach(all::add);
        ByteBuf list = Unpooled.buffer();
        try {
            encoder.encodeHeaders(lastStream + 2, all, list);
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
        return ByteBufUtil.getBytes(list);
    }

    public void send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuf frame = Unpooled.buffer();
        frame.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream);
        frame.writeBytes(payload);
        out.write(ByteBufUtil.getBytes(frame));
    }

    /**
     * Returns the headers of the response on a stream, which may not be complete yet; skips frames of other streams.
     */
    public Map<String, String> head(int stream) throws IOException {
        while (true) {
            Frame frame = next();
            if (frame.type() == RST_STREAM || frame.type() == GOAWAY) {
                throw new IOException("ended by a frame of type " + frame.type());
            }
            if (frame.type() == HEADERS) {
                Map<String, String> decoded = decode(frame);
                if (frame.stream() == stream) {
                    return decoded;
                }
            }
        }
    }

    /** Returns the response on a stream; skips frames of other streams. */
    Answer answer(int stream) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        StringBuilder body = new StringBuilder();
        while (true) {
            Frame frame = next();
            if (frame.stream() == stream && frame.type() == RST_STREAM) {
                throw new IOException("stream reset: "
                        + Unpooled.wrappedBuffer(frame.payload()).readInt());
            }
            if (frame.type() == GOAWAY) {
                throw new IOException("connection ended: "
                        + Unpooled.wrappedBuffer(frame.payload()).getInt(Integer.BYTES));
            }
            if (frame.stream() == stream && frame.type() == DATA) {
                body.append(new String(frame.payload(), StandardCharsets.UTF_8));
            }
            if (frame.type() == HEADERS) {
                // Each header list has to be decoded, because later ones refer to it.
                Map<String, String> decoded = decode(frame);
                if (frame.stream() == stream) {
                    headers.putAll(decoded);
                }
            }
            if (frame.stream() == stream && (frame.flags() & END_STREAM) != 0) {
                return new Answer(Integer.parseInt(headers.get(":status")), headers, body.toString());
            }
        }
    }

    /** Returns the next frame; settings are acknowledged. */
    Frame next() throws IOException {
        byte[] head = new byte[9];
        in.readFully(head);
        ByteBuf header = Unpooled.wrappedBuffer(head);
        byte[] payload = new byte[header.readMedium()];
        Frame frame = new Frame(header.readByte(), header.readByte(), header.readInt(), payload);
        in.readFully(payload);
        if (frame.type() == SETTINGS && frame.flags() == 0) {
            send(SETTINGS, ACK, 0, new byte[0]);
        }
        if (frame.type() == HEADERS && (frame.flags() & END_HEADERS) == 0) {
            throw new IOException("a header list in several frames");
        }
        return frame;
    }

    /** Skips a frame; each header list has to be decoded, because later ones refer to it. */
    void decodeHeaders(Frame frame) throws IOException {
        if (frame.type() == HEADERS) {
            decode(frame);
        }
    }

    /** Returns the frames received until the connection was closed. */
    List<Frame> untilClosed() {
        List<Frame> frames = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        try {
            while (System.nanoTime() < end) {
                frames.add(next());
            }
        } catch (SocketTimeoutException open) {
            // A reset counts as closed, too.
        } catch (IOException closed) {
            return frames;
        }
        throw new AssertionError("The connection is still open");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Map<String, String> decode(Frame frame) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        try {
            ByteBuf list = Unpooled.wrappedBuffer(frame.payload());
            if ((frame.flags() & PRIORITY) != 0) {
                list.skipBytes(PRIORITY_OCTETS);
            }
            decoder.decodeHeaders(frame.stream(), list)
                    .forEach(header -> headers.put(
                            header.getKey().toString(), header.getValue().toString()));
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
        return headers;
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return java.util.Arrays.copyOfRange(bytes, from, to);
    }

    record Frame(int type, int flags, int stream, byte[] payload) {}

    public record Answer(int status, Map<String, String> headers, String body) {}
}
