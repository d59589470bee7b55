package dev.rodingateway.api.body;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes an HTTP/1.1 connection after a response that is sent before its request has been read to the end: what follows
 * on the connection cannot be distinguished from the rest of that request. Such a response has
 * {@code Connection: close}. From then on nothing more is parsed. So that the response is not lost to a TCP reset, what
 * the client still sends is discarded for a short while (lingering close), bounded in bytes and time.
 *
 * <p>A connection gets this handler with its first request that has a body or is invalid. All methods are called on the
 * event loop of the connection.
 */
final class EarlyResponseHandler extends ChannelDuplexHandler {

    /** How long the client may take to read the response and to close the connection. */
    private static final long LINGER_MILLIS = 2_000;

    /** The most bytes that are discarded meanwhile. */
    private static final long LINGER_BYTES = 1024 * 1024;

    private static final AttributeKey<EarlyResponseHandler> KEY =
            AttributeKey.valueOf(EarlyResponseHandler.class, "handler");

    /** Names that Vert.x gives its own handlers. */
    private static final String VERTX_HANDLER = "handler";

    private static final String VERTX_DECODER = "httpDecoder";

    private @Nullable ChannelHandlerContext context;
    private @Nullable ChannelPromise requestedClose;
    private @Nullable Future<?> timeout;
    private boolean requestUnread;
    private boolean closing;
    private long discarded;

    private EarlyResponseHandler() {}

    /** Returns the handler of a connection; adds it if necessary. */
    static EarlyResponseHandler of(Channel channel) {
        EarlyResponseHandler present = channel.attr(KEY).get();
        if (present != null) {
            return present;
        }
        EarlyResponseHandler handler = new EarlyResponseHandler();
        channel.attr(KEY).set(handler);
        channel.pipeline().addBefore(VERTX_HANDLER, "earlyResponse", handler);
        return handler;
    }

    /** Returns whether the connection is about to be closed, so that no further request on it may be answered. */
    static boolean isClosing(Channel channel) {
        return channel.hasAttr(KEY) && channel.attr(KEY).get().closing;
    }

    /** A response is early from now on. */
    void requestBegins() {
        requestUnread = true;
    }

    /** A response is no longer early. */
    void requestEnds() {
        requestUnread = false;
    }

    /** Stops parsing at once. The connection is closed after the next response, or when the time is up. */
    void stopReading() {
        if (closing || context == null) {
            return;
        }
        closing = true;
        ChannelHandlerContext connection = context;
        ChannelPipeline pipeline = connection.pipeline();
        if (pipeline.get(VERTX_DECODER) != null) {
            pipeline.remove(VERTX_DECODER);
        }
        connection.channel().config().setAutoRead(true);
        timeout = connection.executor().schedule(this::finish, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object message) {
        if (!closing) {
            connection.fireChannelRead(message);
            return;
        }
        discarded += size(message);
        ReferenceCountUtil.release(message);
        if (discarded > LINGER_BYTES) {
            finish();
        }
    }

    @Override
    public void write(ChannelHandlerContext connection, Object message, ChannelPromise promise) {
        boolean head = message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
        if (head && requestUnread) {
            stopReading();
        }
        if (head && closing) {
            finishHead((HttpResponse) message);
        }
        if (closing && message instanceof LastHttpContent && (head || !(message instanceof HttpResponse))) {
            // Flushed here: Vert.x flushes when it has read, and it will not read any more.
            ChannelFuture unused =
                    connection.writeAndFlush(message, promise.unvoid().addListener(written -> closeOutput()));
        } else {
            ChannelFuture unused = connection.write(message, promise);
        }
    }

    /** Waits while the response is being written, and then until the client has closed or the time is up. */
    @Override
    public void close(ChannelHandlerContext connection, ChannelPromise promise) {
        if (closing && timeout != null && !timeout.isDone()) {
            requestedClose = promise;
        } else {
            ChannelFuture unused = connection.close(promise);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
        if (timeout != null) {
            timeout.cancel(false);
            finish();
        }
        connection.fireChannelInactive();
    }

    /** An unsupported version is not repeated. */
    private static void finishHead(HttpResponse response) {
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (!response.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            response.setProtocolVersion(HttpVersion.HTTP_1_1);
        }
    }

    private void finish() {
        if (context != null) {
            ChannelFuture unused = context.close(requestedClose == null ? context.newPromise() : requestedClose);
            requestedClose = null;
        }
    }

    private void closeOutput() {
        if (context != null
                && context.channel() instanceof DuplexChannel channel
                && channel.pipeline().get(SslHandler.class) == null) {
            ChannelFuture unused = channel.shutdownOutput();
        }
    }

    private static long size(Object message) {
        if (message instanceof ByteBuf bytes) {
            return bytes.readableBytes();
        }
        return message instanceof ByteBufHolder holder ? holder.content().readableBytes() : 0;
    }
}
