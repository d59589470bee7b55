package dev.rodingateway.api;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets a connection's requests in only as fast as its responses are read: while too many bytes or requests wait, nothing
 * more is read from it, and what was read already is held back. Large reads, such as pipelined requests, are passed on in
 * pieces, so that this holds within one of them too. The first handler of a connection, after TLS; on its event loop.
 */
final class ConnectionFlow extends ChannelInboundHandlerAdapter {

    private final ConnectionRules rules;
    private final ConnectionProtocol protocol = new ConnectionProtocol(this::resumeSoon);
    private @Nullable ChannelHandlerContext context;
    private @Nullable ConnectionDeadlines deadlines;
    private @Nullable ArrayDeque<ByteBuf> held;
    private int heldBytes;
    private boolean paused;
    private boolean passing;
    private boolean resuming;

    ConnectionFlow(ConnectionRules rules) {
        this.rules = rules;
    }

    /** Returns the bytes that were read and are held back. */
    int heldBytes() {
        return heldBytes;
    }

    /** Returns whether nothing is read from the connection for now. */
    boolean isPaused() {
        return paused;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        deadlines = new ConnectionDeadlines(rules, this, protocol, ctx);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        end();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        if (deadlines().closed()) {
            in.release();
            return;
        }
        boolean atOnce = !paused && held == null && protocol.isKnown();
        if (atOnce && in.readableBytes() <= protocol.pieceSize(ctx.pipeline())) {
            pass(ctx, in);
            return;
        }
        if (held == null) {
            held = new ArrayDeque<>(2);
        }
        held.add(in);
        heldBytes += in.readableBytes();
        if (paused) {
            // The server has asked for more itself, having paused the connection for a reason of its own before.
            ctx.channel().config().setAutoRead(false);
        } else {
            passHeld(ctx);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (!paused && !mayRead(ctx)) {
            paused = true;
            ctx.channel().config().setAutoRead(false);
        }
        deadlines().settle();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        deadlines().writabilityChanged();
        ctx.fireChannelWritabilityChanged();
        resumeSoon();
    }

    /** Not at once: this is called from within the writing of a response. */
    private void resumeSoon() {
        if (paused && !resuming) {
            resuming = true;
            Objects.requireNonNull(context).executor().execute(this::resume);
        }
    }

    private void resume() {
        ChannelHandlerContext ctx = Objects.requireNonNull(context);
        resuming = false;
        if (!paused || !mayPass(ctx)) {
            return;
        }
        if (held != null) {
            passHeld(ctx);
            ctx.fireChannelReadComplete();
        }
        if (mayRead(ctx)) {
            paused = false;
            ctx.channel().config().setAutoRead(true);
        }
        deadlines().settle();
    }

    private boolean mayRead(ChannelHandlerContext ctx) {
        return held == null && mayPass(ctx);
    }

    private boolean mayPass(ChannelHandlerContext ctx) {
        return protocol.takesMore() && ctx.channel().isWritable();
    }

    private void passHeld(ChannelHandlerContext ctx) {
        if (passing) {
            return;
        }
        passing = true;
        try {
            while (held != null && !deadlines().closed() && (mayPass(ctx) || flushed(ctx))) {
                pass(ctx, nextPiece(ctx));
            }
        } finally {
            passing = false;
        }
    }

    /** The server flushes at the end of a read only. */
    private boolean flushed(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            return false;
        }
        ctx.flush();
        return mayPass(ctx);
    }

    private ByteBuf nextPiece(ChannelHandlerContext ctx) {
        ArrayDeque<ByteBuf> waiting = Objects.requireNonNull(held);
        ByteBuf first = Objects.requireNonNull(waiting.peek());
        int size = protocol.pieceSize(ctx.pipeline());
        heldBytes -= Math.min(size, first.readableBytes());
        if (first.readableBytes() > size) {
            return first.readRetainedSlice(size);
        }
        waiting.remove();
        if (waiting.isEmpty()) {
            held = null;
        }
        return first;
    }

    private void pass(ChannelHandlerContext ctx, ByteBuf in) {
        protocol.passing(in, ctx);
        ctx.fireChannelRead(in);
        // Not only when the read ends: other connections' reads may come before this one is closed.
        deadlines().settle();
    }

    private void end() {
        if (held != null) {
            held.forEach(ByteBuf::release);
            held = null;
            heldBytes = 0;
        }
        deadlines().cancel();
    }

    private ConnectionDeadlines deadlines() {
        return Objects.requireNonNull(deadlines);
    }
}
