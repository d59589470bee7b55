package dev.rodingateway.api;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;

/** Follows the requests and responses of an HTTP/1.1 connection, after they are decoded and before they are encoded. */
final class RequestObserver extends ChannelDuplexHandler {

    /** Told what was seen. */
    interface Listener {

        /** Everything read so far belongs to requests that have begun. */
        void parsed();

        /** A response is complete. */
        void answered();

        /** The connection goes on as HTTP/2. */
        void upgraded();
    }

    private static final int OK = 200;

    private final Listener listener;
    private int begun;
    private int answered;
    private boolean receiving;

    RequestObserver(Listener listener) {
        this.listener = listener;
    }

    /** Returns how many requests have begun on this connection; wraps around. */
    int begun() {
        return begun;
    }

    /** Returns how many requests have begun and are not yet answered. */
    int inFlight() {
        return begun - answered;
    }

    /** Returns whether the body of a request has yet to end. */
    boolean receiving() {
        return receiving;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg == LastHttpContent.EMPTY_LAST_CONTENT) {
            receiving = false;
            listener.parsed();
        } else if (msg instanceof HttpRequest) {
            begun++;
            receiving = !(msg instanceof LastHttpContent);
            listener.parsed();
        } else if (msg instanceof LastHttpContent) {
            receiving = false;
            listener.parsed();
        }
        ctx.fireChannelRead(msg);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        ChannelFuture unused = ctx.write(msg, promise);
        if (msg instanceof LastHttpContent && !isInterim(msg)) {
            answered++;
            if (isUpgrade(msg)) {
                listener.upgraded();
            } else {
                listener.answered();
            }
        }
    }

    private static boolean isInterim(Object msg) {
        return msg instanceof HttpResponse response && response.status().code() < OK && !isUpgrade(msg);
    }

    private static boolean isUpgrade(Object msg) {
        return msg instanceof HttpResponse response && HttpResponseStatus.SWITCHING_PROTOCOLS.equals(response.status());
    }
}
