package dev.rodingateway.rodin.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads responses, at most one for each request; {@link StrictHttpCodec} says what happens to anything else. Called by the
 * connection's event loop only, except for {@link #retire} and the methods that return a state.
 */
final class StrictResponseDecoder extends HttpResponseDecoder {

    /** The most interim responses to one request; servers send one or two. */
    private static final int MAX_INTERIM = 16;

    private final OpenConnections pool;
    private volatile boolean retired;
    private volatile boolean answered;
    private boolean held;
    private boolean inFlight;
    private boolean answerBegun;
    private boolean broken;
    private String refusal = "";
    private boolean inInterim;
    private int interims;
    private boolean headPassedOn;

    StrictResponseDecoder(OpenConnections pool) {
        this.pool = pool;
    }

    /** Records that a request is about to be written, which keeps the connection open. */
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

    /** Returns whether a request on this connection has been answered. */
    boolean hasAnswered() {
        return answered;
    }

    /** Returns whether the held request may be written: a new connection is not retired before it has been used. */
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
        if (bytes.isReadable() && !broken) {
            broken = true;
            ctx.fireExceptionCaught( // which closes the connection
                    answered ? new StaleConnection() : new IrregularResponse("bytes before the first request"));
        }
        bytes.release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        pool.closed(ctx.channel(), answered);
        if (!broken && isStale()) {
            end(ctx);
        }
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (cause instanceof IOException && !broken && isStale()) {
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
            boolean accepted = !broken && accept(ctx, (HttpObject) part, bytes.isReadable());
            boolean unused = accepted ? out.add(part) : ReferenceCountUtil.release(part);
        }
        if (broken) {
            out.forEach(ReferenceCountUtil::release);
            out.clear();
            if (headPassedOn) { // an exception could overtake the head on its way to another event loop
                ChannelFuture unused = ctx.close();
            } else {
                ctx.fireExceptionCaught(new IrregularResponse("a response that " + refusal));
            }
        } else {
            headPassedOn |= out.stream().anyMatch(HttpResponse.class::isInstance);
        }
    }

    /** Returns whether this connection was kept alive and no response to the request in flight, if any, has begun. */
    boolean isStale() {
        return answered && refusal.isEmpty() && !(inFlight && answerBegun);
    }

    boolean isIrregularAfterHead() {
        return headPassedOn && !refusal.isEmpty();
    }

    /** Whatever closed a connection under a request, such as a restart or a firewall, has most likely closed the others. */
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
        return !(part instanceof LastHttpContent) || acceptEnd(ctx, moreBytes);
    }

    private boolean acceptHead(HttpResponse head) {
        if (head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            return refuse("switches protocols");
        }
        if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            inInterim = true;
            interims++;
            return interims > MAX_INTERIM && refuse("has too many interim responses");
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
}
