package dev.rodingateway.api.connection;

import dev.rodingateway.api.log.RequestObserver;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import org.jspecify.annotations.Nullable;

/** Tracks the requests of a connection, over either version of HTTP. Used on the connection's event loop. */
final class ConnectionProtocol implements RequestObserver.Listener {

    /** In bytes. A look-up fits into one piece, unless its key is very long. */
    private static final int PIECE = 1024;

    private static final int PIECE_OF_BODY = 8 * 1024;

    /** In bytes of the heap, the overhead of a part of a request. */
    private static final int PART_OF_REQUEST = 512;

    private final RequestObserver requests = new RequestObserver(this);
    private final Runnable answered;
    private @Nullable Http2FrameTracker frames;
    private @Nullable Http2Streams streams;
    private boolean known;
    private int unparsed;
    private int parsed;
    private int headBytes;
    private int begunBefore;

    /**
     * Creates the state of a new connection.
     *
     * @param answered called when a response is complete
     */
    ConnectionProtocol(Runnable answered) {
        this.answered = answered;
    }

    /** Returns whether the version of HTTP has been detected. */
    boolean isKnown() {
        return known;
    }

    /** To be called with received bytes before they are passed on to the server. */
    void passing(ByteBuf in, ChannelHandlerContext ctx) {
        if (frames == null) {
            unparsed += in.readableBytes();
            return;
        }
        frames.received(in);
        if (streams == null) {
            Http2ConnectionHandler handler = ctx.pipeline().get(Http2ConnectionHandler.class);
            streams = handler == null
                    ? null
                    : new Http2Streams(handler, ctx.pipeline().context(handler));
        }
    }

    /**
     * Returns how many bytes may be passed on at a time. Until the version of HTTP is detected it is one byte, because
     * the server adds its handlers meanwhile.
     */
    int pieceSize(ChannelPipeline pipeline) {
        if (!known && !detect(pipeline)) {
            return 1;
        }
        return requests.receiving() ? PIECE_OF_BODY : PIECE;
    }

    /**
     * Returns whether more bytes may be passed on: over HTTP/1.1 only those of the request in progress, if there is
     * one. The streams of HTTP/2 have their own limit.
     */
    boolean takesMore() {
        int inFlight = requests.inFlight();
        return frames != null || inFlight == 0 || (inFlight == 1 && requests.receiving());
    }

    /** Returns the bytes that the server got and that belong to no request that has begun, nor to a complete frame. */
    int incomplete() {
        if (frames != null) {
            return frames.unfinished();
        }
        return requests.receiving() ? 0 : unparsed;
    }

    /** Returns the memory that requests take whose heads are complete and which are not yet answered. */
    int inProgress() {
        if (frames != null) {
            return streams == null ? 0 : streams.requestBytes();
        }
        return headBytes + requests.waiting() * PART_OF_REQUEST;
    }

    /** Returns a number that changes when an incomplete head or frame has become complete. */
    int completed() {
        return frames != null ? frames.completed() : parsed;
    }

    /** Returns whether a request is in progress, or one has begun since the last call. */
    boolean busy() {
        if (frames != null) {
            return streams != null && streams.busy();
        }
        boolean begun = requests.begun() != begunBefore;
        begunBefore = requests.begun();
        return begun || requests.inFlight() > 0 || requests.receiving();
    }

    /** Returns the streams of an HTTP/2 connection; null for HTTP/1.1. */
    @Nullable
    Http2Streams streams() {
        return streams;
    }

    @Override
    public void begun() {
        headBytes += unparsed;
        received();
    }

    @Override
    public void received() {
        unparsed = 0;
        parsed++;
    }

    @Override
    public void answered() {
        // The heads of requests behind one in progress arrived in the same piece as its end.
        headBytes = requests.inFlight() == 0 ? 0 : Math.min(headBytes, PIECE_OF_BODY);
        answered.run();
    }

    private boolean detect(ChannelPipeline pipeline) {
        if (pipeline.get("httpEncoder") != null) {
            pipeline.addAfter("httpEncoder", null, requests);
            known = true;
        } else if (pipeline.get("handler") != null) {
            // In clear text the whole preface was needed to detect the version; with TLS it has not been received yet.
            frames = new Http2FrameTracker(unparsed == 0 ? Http2FrameTracker.PREFACE : 0);
            known = true;
        }
        return known;
    }
}
