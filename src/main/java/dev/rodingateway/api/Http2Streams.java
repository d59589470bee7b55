package dev.rodingateway.api;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/** The streams of an HTTP/2 connection. */
final class Http2Streams {

    /** As in application.properties, which holds only once the client has confirmed it. */
    private static final int MOST_BEFORE_SETTINGS = 100;

    private final Http2Connection connection;
    private final Http2Connection.PropertyKey stalls;
    private final Http2UnreadBytes unread;
    private int lastStream;

    Http2Streams(Http2ConnectionHandler handler) {
        this.connection = handler.connection();
        connection.remote().maxActiveStreams(MOST_BEFORE_SETTINGS);
        this.stalls = connection.newKey();
        this.unread = Http2UnreadBytes.of(connection);
    }

    /** Returns whether a stream is open, or one was opened since the last look. */
    boolean busy() {
        int last = connection.remote().lastStreamCreated();
        boolean opened = last != lastStream;
        lastStream = last;
        return opened || connection.numActiveStreams() > 0;
    }

    /** Returns the bytes of responses that the caller does not yet let through. */
    long unreadBytes() {
        return unread.bytes();
    }

    /** Returns whether the caller has not let a response go on for so long. */
    boolean anyStalledFor(long nanos, long now) {
        try {
            return connection.forEachActiveStream(stream -> !isStalledFor(stream, nanos, now)) != null;
        } catch (Http2Exception e) {
            throw new IllegalStateException("a visitor of streams throws nothing", e);
        }
    }

    private boolean isStalledFor(Http2Stream stream, long nanos, long now) {
        Http2RemoteFlowController flow = connection.remote().flowController();
        if (!flow.hasFlowControlled(stream)) {
            stream.removeProperty(stalls);
            return false;
        }
        int window = flow.windowSize(stream);
        int connectionWindow = flow.windowSize(connection.connectionStream());
        Stall stall = stream.getProperty(stalls);
        if (stall == null || stall.window != window || stall.connectionWindow != connectionWindow) {
            stream.setProperty(stalls, new Stall(window, connectionWindow, now));
            return false;
        }
        return now - stall.since >= nanos;
    }

    /** A response that waits for the caller to let it go on. */
    private record Stall(int window, int connectionWindow, long since) {}
}
