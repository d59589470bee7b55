package dev.rodingateway.api.log;

import dev.rodingateway.api.connection.ConnectionFlow;
import dev.rodingateway.api.edge.RequestFraming;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/**
 * Follows the requests and responses of an HTTP/1.1 connection, after they are decoded and before they are encoded, and
 * passes on one request at a time: the next one, with its body, waits until the response to the one before is complete.
 * {@link ConnectionFlow} passes on no more bytes meanwhile, so what waits here is the rest of one piece.
 */
public final class RequestObserver extends ChannelDuplexHandler {

    /** Notified of what was received and sent. */
    public interface Listener {

        /** The head of a request is complete; everything read so far belongs to requests that have begun. */
        void begun();

        /** The body of a request is complete. */
        void received();

        /** A response is complete. */
        void answered();
    }

    private static final CharSequence HTTP2_SETTINGS = "HTTP2-Settings";

    private final Listener listener;
    private final ArrayDeque<Object> waiting = new ArrayDeque<>(0);
    private int begun;
    private int passed;
    private int answered;
    private boolean receiving;

    public RequestObserver(Listener listener) {
        this.listener = listener;
    }

    /** Returns how many requests have begun on this connection; wraps around. */
    public int begun() {
        return begun;
    }

    /** Returns how many requests have begun and are not yet answered. */
    public int inFlight() {
        return begun - answered;
    }

    /** Returns whether the body of a request has yet to end. */
    public boolean receiving() {
        return receiving;
    }

    /** Returns how many parts of requests wait until an earlier request is answered. */
    public int waiting() {
        return waiting.size();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg == LastHttpContent.EMPTY_LAST_CONTENT) {
            received();
        } else if (msg instanceof HttpRequest request) {
            begun++;
            receiving = !(msg instanceof LastHttpContent);
            markUnlessSupported(request);
            ignoreUpgrade(request);
            listener.begun();
        } else if (msg instanceof LastHttpContent) {
            received();
        }
        if (waiting.isEmpty() && mayPass(msg)) {
            pass(ctx, msg);
        } else {
            waiting.add(msg);
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        ChannelFuture unused = ctx.write(msg, promise);
        if (msg instanceof LastHttpContent && !isInterim(msg)) {
            answered++;
            listener.answered();
            if (!waiting.isEmpty()) {
                // Later, because the server has not yet noticed that its response is complete.
                ctx.executor().execute(() -> passWaiting(ctx));
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        discardWaiting();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        discardWaiting();
    }

    private void received() {
        receiving = false;
        listener.received();
    }

    private boolean mayPass(Object msg) {
        return passed == answered || !(msg instanceof HttpRequest);
    }

    private void pass(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof HttpRequest) {
            passed++;
        }
        ctx.fireChannelRead(msg);
    }

    private void passWaiting(ChannelHandlerContext ctx) {
        while (!waiting.isEmpty() && mayPass(waiting.element())) {
            pass(ctx, waiting.remove());
        }
        ctx.fireChannelReadComplete();
    }

    private void discardWaiting() {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    /**
     * Marks a request of a version that is neither HTTP/1.0 nor HTTP/1.1, so that {@link RequestFraming#isUnambiguous}
     * rejects it. The server itself would reject some of these without a body, depending on how it is built.
     */
    @SuppressWarnings(
            "ReferenceEquality") // as the server does: a name in lower case makes another object that is equal
    private static void markUnlessSupported(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (version != HttpVersion.HTTP_1_1 && version != HttpVersion.HTTP_1_0) {
            request.setProtocolVersion(HttpVersion.HTTP_1_1);
            request.headers().add(RequestFraming.EMPTY_NAME, "");
        }
    }

    /**
     * An upgrade is the server's choice (RFC 9110, section 7.8), and that to HTTP/2 is obsolete (RFC 9113, section 3.1).
     * The server would remove the handlers that limit what this connection may take.
     */
    private static void ignoreUpgrade(HttpRequest request) {
        request.headers().remove(HttpHeaderNames.UPGRADE);
        request.headers().remove(HTTP2_SETTINGS);
    }

    private static boolean isInterim(Object msg) {
        return msg instanceof HttpResponse response && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }
}
