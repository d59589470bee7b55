package dev.rodingateway.packaged;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A caller that sends as much as possible and never reads. */
final class UnreadingCaller implements AutoCloseable {

    private static final int SMALL = 8 * 1024;

    private final SocketChannel channel;
    private final Selector selector;

    UnreadingCaller(int port) throws IOException {
        channel = SocketChannel.open();
        // Keeps the operating system from buffering much unread data.
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SMALL);
        channel.connect(new InetSocketAddress("127.0.0.1", port));
        channel.configureBlocking(false);
        selector = Selector.open();
        channel.register(selector, SelectionKey.OP_WRITE);
    }

    /** Sends the bytes once. */
    void send(byte[] bytes) throws IOException {
        send(bytes, bytes.length, Duration.ofSeconds(5));
    }

    /**
     * Sends the bytes repeatedly until the limit is reached, the connection is closed, or nothing more is accepted.
     *
     * @param patience how long to wait while nothing is accepted
     * @return how many bytes were sent
     */
    long send(byte[] bytes, long limit, Duration patience) throws IOException {
        long sent = 0;
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (sent < limit && selector.select(patience.toMillis()) > 0) {
            selector.selectedKeys().clear();
            if (!buffer.hasRemaining()) {
                buffer.rewind();
            }
            try {
                sent += channel.write(buffer);
            } catch (IOException closed) {
                return sent;
            }
        }
        return sent;
    }

    /** Returns whether the server has closed the connection. */
    boolean isClosed() {
        try {
            channel.write(ByteBuffer.wrap(new byte[] {'\r', '\n'}));
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
