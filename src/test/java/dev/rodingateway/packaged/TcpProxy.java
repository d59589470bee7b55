package dev.rodingateway.packaged;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A TCP proxy that passes everything on, passes it on late, or accepts it and passes nothing on. */
final class TcpProxy implements AutoCloseable {

    private static final int CHUNK = 16 * 1024;

    private final ServerSocket listener;
    private final int target;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private volatile Duration delay = Duration.ZERO;
    private volatile boolean drops;

    /** Forwards to this port of the local machine. */
    TcpProxy(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Passes on what arrives from now on so much later; both directions count, so a round trip takes twice as long. */
    void delay(Duration each) {
        delay = each;
    }

    /** Drops what arrives from now on, or no longer. Connections stay open and are accepted. */
    void drop(boolean everything) {
        drops = everything;
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket caller = open(listener.accept());
                threads.execute(() -> connect(caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** A server that refuses the connection ends that of the caller. */
    private void connect(Socket caller) {
        try {
            Socket server = open(new Socket(InetAddress.getLoopbackAddress(), target));
            threads.execute(() -> forward(server, caller));
            forward(caller, server);
        } catch (IOException refused) {
            end(caller);
        }
    }

    private void forward(Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                TimeUnit.NANOSECONDS.sleep(delay.toNanos());
                if (!drops) {
                    out.write(chunk, 0, length);
                }
            }
        } catch (IOException | InterruptedException ended) {
            // one side has closed the connection: so does the proxy
        } finally {
            end(from);
            end(to);
        }
    }

    private Socket open(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        return socket;
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
