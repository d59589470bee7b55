package dev.rodingateway.api.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Applies backpressure to a connection: while a response waits to be read, or over HTTP/1.1 a request to be answered, received
 * bytes are held back, and above a limit reading is paused. Large reads, such as pipelined requests, are passed on in pieces,
 * so that this applies within one read, too. The first handler of a connection, after TLS; used on its event loop.
 */
public final class ConnectionFlow extends ChannelDuplexHandler {

    /**
     * In bytes. Reading continues until this much is held back, so that a connection closed by its caller is noticed while a
     * response is pending.
     */
    private static final int MAX_HELD = 8 * 1024;

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

    /** Returns the number of bytes that are held back. */
    int heldBytes() {
        return held == null ? 0 : held.readableBytes();
    }

    /** Returns whether reading is paused. */
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
            // Merged, so that many small reads take no more memory than their bytes.
            held = held == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, in);
            passHeld(ctx);
        }
        if (!mayRead(ctx)) {
            // Also needed after the server, which pauses connections on its own account, has resumed reading.
            paused = true;
            ctx.channel().config().setAutoRead(false);
        }
    }

    /** The HTTP/2 handler requests another read after each one, whether or not reading is automatic. */
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

    /** Resumes later, because this is called while a response is being written. */
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
        return ctx.channel().isWritable() && (held == null || held.readableBytes() < MAX_HELD);
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
        // Not only at the end of the read, because reads of other connections may precede the closing of this one.
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
