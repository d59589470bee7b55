package dev.rodingateway.packaged;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Many callers on connections of their own, read by one thread. */
final class Crowd implements AutoCloseable {

    private static final Pattern CHECKED_AT = Pattern.compile("\"checkedAt\":\"([^\"]+)\"");

    private static final int SMALL = 8 * 1024;

    private final Selector selector;
    private final int port;
    private final List<Caller> callers = new ArrayList<>();

    Crowd(int port) {
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.port = port;
    }

    /** Sends the same request on this number of connections. */
    void send(int count, String start, String headers) {
        send(count, start + " HTTP/1.1\r\nHost: gateway\r\n" + headers + "\r\n");
    }

    /** Opens this number of connections and sends nothing. */
    void connect(int count) {
        send(count, "");
    }

    /** Sends as much of the text on this number of connections as is accepted without blocking. */
    void offer(int count, String text) {
        open(count, text, false, Optional.empty());
    }

    /** Like {@link #offer}, with a receive buffer so small that the server has to hold the responses. */
    void offerWithSmallBuffer(int count, String text) {
        open(count, text, false, Optional.of(SMALL));
    }

    /** Sends on each connection as much as is accepted without blocking, unless the server has closed it. */
    void offerAgain(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        for (SelectionKey key : selector.keys()) {
            try {
                ((SocketChannel) key.channel()).write(bytes.rewind());
            } catch (IOException closed) {
                key.cancel();
            }
        }
    }

    private void send(int count, String text) {
        open(count, text, true, Optional.empty());
    }

    private void open(int count, String text, boolean blocking, Optional<Integer> receiveBuffer) {
        byte[] request = text.getBytes(StandardCharsets.ISO_8859_1);
        try {
            for (int i = 0; i < count; i++) {
                SocketChannel channel = SocketChannel.open();
                if (receiveBuffer.isPresent()) {
                    channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer.get());
                }
                channel.connect(new InetSocketAddress("127.0.0.1", port));
                channel.configureBlocking(blocking);
                channel.write(ByteBuffer.wrap(request));
                channel.configureBlocking(false);
                Caller caller = new Caller();
                channel.register(selector, SelectionKey.OP_READ, caller);
                callers.add(caller);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until the condition holds for all callers; fails after the time limit. */
    void readUntil(Predicate<Caller> content, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        while (!callers.stream().allMatch(content)) {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                throw new AssertionError(
                        callers.stream().filter(content.negate()).count() + " of " + callers.size()
                                + " callers still wait after " + limit);
            }
            try {
                selector.select(key -> read(key, buffer), left);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    List<Caller> callers() {
        return callers;
    }

    /** Resets all connections. */
    @Override
    public void close() {
        try {
            for (SelectionKey key : selector.keys()) {
                ((SocketChannel) key.channel()).setOption(StandardSocketOptions.SO_LINGER, 0);
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(SelectionKey key, ByteBuffer buffer) {
        try {
            buffer.clear();
            int read = ((SocketChannel) key.channel()).read(buffer);
            if (read < 0) {
                key.cancel();
            } else {
                ((Caller) key.attachment())
                        .received(new String(buffer.array(), 0, read, StandardCharsets.ISO_8859_1), Instant.now());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One connection and what was received on it. */
    static final class Caller {

        private final StringBuilder text = new StringBuilder();
        private final List<Duration> delays = new ArrayList<>();
        private int scanned;

        /** Returns for each status received the time since Rodin's response. */
        List<Duration> delays() {
            return delays;
        }

        String text() {
            return text.toString();
        }

        private void received(String piece, Instant now) {
            text.append(piece);
            Matcher checkedAt = CHECKED_AT.matcher(text);
            while (checkedAt.find(scanned)) {
                scanned = checkedAt.end();
                delays.add(Duration.between(Instant.parse(checkedAt.group(1)), now));
            }
        }
    }
}
