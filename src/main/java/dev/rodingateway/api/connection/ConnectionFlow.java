package dev.rodingateway.api.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets a connection's requests in only as fast as its responses are read: while a response waits to be read, or a request of
 * HTTP/1.1 to be answered, what is read from it is held back, and when that becomes much, nothing more is read. Large reads,
 * such as pipelined requests, are passed on in pieces, so that this holds within one of them too. The first handler of a
 * connection, after TLS; on its event loop.
 */
public final class ConnectionFlow extends ChannelDuplexHandler {

    /**
     * In bytes. Reading goes on until so much is held back, so that it is noticed when a caller closes a connection on which
     * it waits for a response.
     */
    private static final int MOST_HELD = 8 * 1024;

    private final ConnectionRules rules;
    private final ConnectionProtocol protocol = new ConnectionProtocol(this::answered);
    private @Nullable ChannelHandlerContext context;
    private @Nullable ConnectionDeadlines deadlines;
    private @Nullable ByteBuf held;
    private boolean paused;
    private boolean passing;
    private boolean resuming;

    ConnectionFlow(ConnectionRules rules) {
        this.rules = rules;
    }

    /** Returns the bytes that were read and are held back. */
    int heldBytes() {
        return held == null ? 0 : held.readableBytes();
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
        boolean atOnce = held == null && protocol.isKnown() && mayPass(ctx);
        if (atOnce && in.readableBytes() <= protocol.pieceSize(ctx.pipeline())) {
            pass(ctx, in);
        } else {
            // Merged, so that many small reads take no more memory than they have bytes.
            held = held == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, in);
            passHeld(ctx);
        }
        if (!mayRead(ctx)) {
            // Also when the server has asked for more itself, having paused the connection for a reason of its own
            // before.
            paused = true;
            ctx.channel().config().setAutoRead(false);
        }
    }

    /** The server's handler of HTTP/2 asks for more after each read, whether or not reading is automatic. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (!paused) {
            ctx.read();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        deadlines().settle();
        deadlines().accountUnread();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        deadlines().writabilityChanged();
        ctx.fireChannelWritabilityChanged();
        resumeSoon();
    }

    private void answered() {
        deadlines().settle();
        resumeSoon();
    }

    /** Not at once: this is called from within the writing of a response. */
    private void resumeSoon() {
        if ((paused || held != null) && !resuming) {
            resuming = true;
            Objects.requireNonNull(context).executor().execute(this::resume);
        }
    }

    private void resume() {
        ChannelHandlerContext ctx = Objects.requireNonNull(context);
        resuming = false;
        if (held != null && mayPass(ctx)) {
            passHeld(ctx);
            ctx.fireChannelReadComplete();
        }
        if (paused && mayRead(ctx)) {
            paused = false;
            ctx.channel().config().setAutoRead(true);
            ctx.read();
        }
        deadlines().settle();
        deadlines().accountUnread();
    }

    private boolean mayRead(ChannelHandlerContext ctx) {
        return ctx.channel().isWritable() && (held == null || held.readableBytes() < MOST_HELD);
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
        ByteBuf waiting = Objects.requireNonNull(held);
        int size = protocol.pieceSize(ctx.pipeline());
        if (waiting.readableBytes() > size) {
            return waiting.readRetainedSlice(size);
        }
        held = null;
        return waiting;
    }

    private void pass(ChannelHandlerContext ctx, ByteBuf in) {
        protocol.passing(in, ctx);
        ctx.fireChannelRead(in);
        // Not only when the read ends: other connections' reads may come before this one is closed.
        deadlines().settle();
    }

    private void end() {
        if (held != null) {
            held.release();
            held = null;
        }
        deadlines().cancel();
    }

    private ConnectionDeadlines deadlines() {
        return Objects.requireNonNull(deadlines);
    }
}
