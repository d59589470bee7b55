package dev.rodingateway.api.connection;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The streams of an HTTP/2 connection. On its event loop. */
public final class Http2Streams {

    /** As in application.properties, which applies only after the client has acknowledged it. */
    private static final int MAX_BEFORE_SETTINGS = 100;

    /** How long after its response a stream may still send. */
    private static final long LINGER_MILLIS = 1_000;

    /** In bytes of the heap, the overhead of a stream without its head. */
    private static final int STREAM = 4 * 1024;

    private final ChannelHandlerContext ctx;
    private final Http2ConnectionHandler handler;
    private final Http2Connection connection;
    private final Http2Connection.PropertyKey stalls;
    private final Http2UnreadBytes unread;
    private final Http2HeadBytes heads;
    private int lastStream;

    /**
     * Creates an empty set of streams.
     *
     * @param ctx where the handler is in its pipeline
     */
    Http2Streams(Http2ConnectionHandler handler, ChannelHandlerContext ctx) {
        this.handler = handler;
        this.ctx = ctx;
        this.connection = handler.connection();
        connection.remote().maxActiveStreams(MAX_BEFORE_SETTINGS);
        this.stalls = connection.newKey();
        this.unread = Http2UnreadBytes.of(connection);
        this.heads = new Http2HeadBytes(handler);
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamHalfClosed(Http2Stream stream) {
                endSoonIfAnswered(stream);
            }
        });
    }

    /** Returns whether a stream is open, or one was opened since the last call. */
    boolean busy() {
        int last = connection.remote().lastStreamCreated();
        boolean opened = last != lastStream;
        lastStream = last;
        return opened || connection.numActiveStreams() > 0;
    }

    /** Returns the bytes of responses that wait for a flow-control window. */
    long unreadBytes() {
        return unread.bytes();
    }

    /**
     * Returns the memory that the requests of open streams take: the server's objects for each, their heads, and the
     * parts of their bodies that have not been consumed.
     */
    int requestBytes() {
        return connection.numActiveStreams() * STREAM
                + heads.bytes()
                + connection.local().flowController().unconsumedBytes(connection.connectionStream());
    }

    /**
     * Resets each stream whose response has made no progress for this long. Other streams may use the same connection,
     * so it is closed only if its own flow-control window is exhausted.
     *
     * @return whether to close the connection
     */
    boolean endStalled(long nanos, long now) {
        boolean connectionStalled = false;
        for (Http2Stream stream : stalled(nanos, now)) {
            if (connection.remote().flowController().windowSize(stream) > 0) {
                connectionStalled = true;
            } else {
                reset(stream, Http2Error.CANCEL);
            }
        }
        return connectionStalled;
    }

    private List<Http2Stream> stalled(long nanos, long now) {
        List<Http2Stream> stalled = new ArrayList<>(0);
        try {
            connection.forEachActiveStream(stream -> {
                if (isStalledFor(stream, nanos, now)) {
                    stalled.add(stream);
                }
                return true;
            });
        } catch (Http2Exception e) {
            throw new IllegalStateException("a visitor of streams throws nothing", e);
        }
        return stalled;
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
        if (stall == null || !stall.isAt(window, connectionWindow)) {
            stream.setProperty(stalls, new Stall(window, connectionWindow, now));
            return false;
        }
        return now - stall.since >= nanos;
    }

    /**
     * Ends a stream whose request has been answered but is not complete: nothing reads the rest, so that it would stay
     * open.
     */
    private void endSoonIfAnswered(Http2Stream stream) {
        if (isOnlySending(stream)) {
            Future<?> unused = ctx.executor()
                    .schedule(
                            () -> {
                                if (isOnlySending(stream)) {
                                    reset(stream, Http2Error.NO_ERROR);
                                }
                            },
                            LINGER_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    private static boolean isOnlySending(Http2Stream stream) {
        return stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL;
    }

    private void reset(Http2Stream stream, Http2Error error) {
        ChannelFuture unused = handler.resetStream(ctx, stream.id(), error.code(), ctx.newPromise());
        ctx.flush();
    }

    /** A response that waits for a flow-control window. */
    private record Stall(int window, int connectionWindow, long since) {

        /** Returns whether nothing has changed. The connection's window does not matter while the stream's own is closed. */
        boolean isAt(int streamWindow, int windowOfConnection) {
            return streamWindow == window && (window <= 0 || windowOfConnection == connectionWindow);
        }
    }
}
