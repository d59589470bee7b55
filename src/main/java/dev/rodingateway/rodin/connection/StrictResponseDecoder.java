package dev.rodingateway.rodin.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads responses, at most one for each request; what it does with anything else is told at {@link StrictHttpCodec}.
 * Except for {@link #retire} it is called by the connection's event loop only.
 */
final class StrictResponseDecoder extends HttpResponseDecoder {

    private static final int SWITCHING_PROTOCOLS = 101;

    /** The most interim responses to one request; servers send one or two. */
    private static final int MAX_INTERIM = 16;

    private final OpenConnections pool;
    private volatile boolean retired;
    private boolean held;
    private boolean inFlight;
    private boolean answerBegun;
    private boolean answered;
    private boolean broken;
    private boolean inInterim;
    private int interims;
    private boolean headPassedOn;
    private String refusal = "";

    StrictResponseDecoder(OpenConnections pool) {
        this.pool = pool;
    }

    /** Takes note that a request is about to be written, which keeps the connection open. */
    void holdRequest() {
        held = true;
    }

    void expectResponse() {
        held = false;
        inFlight = true;
        answerBegun = false;
        headPassedOn = false;
        interims = 0;
    }

    void retire() {
        retired = true;
    }

    /** Returns whether the connection waits for a request; one that is new has been opened for its first. */
    boolean isIdle() {
        return answered && !inFlight && !held;
    }

    /** Returns whether an earlier request on this connection has been answered. */
    boolean hasAnswered() {
        return answered;
    }

    /** Returns whether the request that was held back may be written: a connection that is new is not retired before it was used. */
    boolean isUsable() {
        return !broken && !(retired && answered);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (inFlight || !(message instanceof ByteBuf bytes)) {
            answerBegun = true;
            super.channelRead(ctx, message);
            return;
        }
        boolean stray = bytes.isReadable();
        bytes.release();
        if (stray && !broken) {
            broken = true;
            ctx.fireExceptionCaught( // which closes the connection
                    answered ? new StaleConnection() : new IrregularResponse("bytes before the first request"));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        pool.closed(ctx.channel());
        if (isStale()) {
            end(ctx);
        }
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (cause instanceof IOException && isStale()) {
            end(ctx);
        } else {
            super.exceptionCaught(ctx, cause);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out) throws Exception {
        if (broken) {
            bytes.skipBytes(bytes.readableBytes());
            return;
        }
        List<Object> decoded = new ArrayList<>(2);
        super.decode(ctx, bytes, decoded);
        for (Object part : decoded) {
            if (broken || !accept(ctx, (HttpObject) part, bytes.isReadable())) {
                ReferenceCountUtil.release(part);
            } else {
                out.add(part);
            }
        }
        if (broken) {
            out.forEach(ReferenceCountUtil::release);
            out.clear();
            fail(ctx);
        } else {
            headPassedOn |= out.stream().anyMatch(HttpResponse.class::isInstance);
        }
    }

    /** Returns whether this connection was kept alive and nothing has come in answer to the request in flight, if any. */
    private boolean isStale() {
        return answered && !broken && !(inFlight && answerBegun);
    }

    /** What ends a connection under a request, a restart or a firewall, has most likely ended the others. */
    private void end(ChannelHandlerContext ctx) {
        broken = true;
        if (inFlight) {
            inFlight = false;
            pool.retireAll();
        }
        ctx.fireExceptionCaught(new StaleConnection());
    }

    /** Returns whether to pass this part of a response on. */
    private boolean accept(ChannelHandlerContext ctx, HttpObject part, boolean moreBytes) {
        if (part.decoderResult().isFailure()) {
            return refuse("cannot be parsed");
        }
        if (part instanceof HttpResponse head) {
            return acceptHead(head);
        }
        if (part instanceof LastHttpContent) {
            return acceptEnd(ctx, moreBytes);
        }
        return true;
    }

    private boolean acceptHead(HttpResponse head) {
        if (head.status().code() == SWITCHING_PROTOCOLS) {
            return refuse("switches protocols");
        }
        if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            inInterim = true;
            interims++;
            return interims <= MAX_INTERIM ? false : refuse("has too many interim responses");
        }
        KeepAlive.adjust(head, interims == 0 && !retired);
        return true;
    }

    private boolean acceptEnd(ChannelHandlerContext ctx, boolean moreBytes) {
        if (inInterim) {
            inInterim = false;
            return false;
        }
        if (moreBytes) {
            return refuse("is followed by more bytes");
        }
        inFlight = false;
        answered = true;
        if (retired) {
            ctx.executor().execute(() -> {
                ChannelFuture unused = ctx.close();
            });
        }
        return true;
    }

    private boolean refuse(String reason) {
        broken = true;
        inFlight = false;
        refusal = reason;
        return false;
    }

    /** Once the head is passed on, an exception could overtake it on its way to another event loop, and Vert.x would complain. */
    private void fail(ChannelHandlerContext ctx) {
        if (headPassedOn) {
            ctx.channel().attr(StrictHttpCodec.IRREGULAR).set(true);
            ChannelFuture unused = ctx.close();
        } else {
            ctx.fireExceptionCaught(new IrregularResponse("a response that " + refusal));
        }
    }
}
