package dev.rodingateway.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A DNS server on a real socket that resolves every name to 127.0.0.1, or none. */
final class NameServer implements AutoCloseable {

    private static final int HEADER = 12;
    private static final int TYPE_AND_CLASS = 4;
    private static final short TYPE_A = 1;
    private static final short FOUND = (short) 0x8180;
    private static final short NO_SUCH_NAME = (short) 0x8183;

    private final DatagramSocket socket;
    private volatile boolean knowsNames = true;

    NameServer() {
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::serve, "name-server");
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    void knowNames(boolean known) {
        knowsNames = known;
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[512], 512);
                socket.receive(packet);
                byte[] answer = answerTo(packet.getData());
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            // The socket was closed.
        }
    }

    /** Returns the response to a query; for an IPv4 address it contains one with a TTL of zero. */
    private byte[] answerTo(byte[] query) {
        int end = HEADER;
        while (query[end] != 0) {
            end += query[end] + 1;
        }
        end += 1 + TYPE_AND_CLASS;
        boolean known = knowsNames;
        boolean answers = known && ByteBuffer.wrap(query).getShort(end - TYPE_AND_CLASS) == TYPE_A;
        ByteBuffer answer = ByteBuffer.allocate(512).put(query, 0, end);
        answer.putShort(2, known ? FOUND : NO_SUCH_NAME);
        answer.putShort(6, (short) (answers ? 1 : 0)).putShort(8, (short) 0).putShort(10, (short) 0);
        if (answers) {
            answer.putShort((short) (0xc000 | HEADER)).putShort(TYPE_A).putShort((short) 1);
            answer.putInt(0).putShort((short) 4).put(new byte[] {127, 0, 0, 1});
        }
        return Arrays.copyOf(answer.array(), answer.position());
    }
}
