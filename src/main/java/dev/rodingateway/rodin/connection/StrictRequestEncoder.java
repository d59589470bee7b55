package dev.rodingateway.rodin.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes requests. Each is delayed for a moment in which the event loop reads from its connections, so that a response that
 * has arrived too early is not taken for the response to this request. The first request on a connection is delayed longer:
 * a server that sends on accept does so slightly later than the client can.
 */
final class StrictRequestEncoder extends HttpRequestEncoder {

    private static final long HOLD_FIRST_MS = 10;
    private static final long HOLD_MS = 1;

    private final StrictResponseDecoder responses;
    private @Nullable List<Write> held;
    private boolean flush;

    StrictRequestEncoder(StrictResponseDecoder responses) {
        this.responses = responses;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) throws Exception {
        if (held != null) {
            held.add(new Write(message, promise));
        } else if (message instanceof HttpRequest) {
            responses.holdRequest();
            held = new ArrayList<>();
            held.add(new Write(message, promise));
            long hold = responses.hasAnswered() ? HOLD_MS : HOLD_FIRST_MS;
            ScheduledFuture<?> unused = ctx.executor().schedule(() -> release(ctx), hold, TimeUnit.MILLISECONDS);
        } else {
            send(ctx, message, promise);
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (held == null) {
            ctx.flush();
        } else {
            flush = true;
        }
    }

    private void release(ChannelHandlerContext ctx) {
        List<Write> writes = held == null ? List.of() : held;
        held = null;
        boolean open = ctx.channel().isActive();
        boolean usable = open && responses.isUsable();
        if (open && !usable) {
            ctx.fireExceptionCaught(new StaleConnection()); // which closes the connection
        }
        for (Write write : writes) {
            if (usable) {
                trySend(ctx, write);
            } else {
                ReferenceCountUtil.release(write.message());
                write.promise().tryFailure(unusable(open));
            }
        }
        if (usable && flush) {
            ctx.flush();
        }
        flush = false;
    }

    /** A connection that is closed under its first request is a failure of Rodin's, not a stale connection. */
    private IOException unusable(boolean open) {
        return open || responses.hasAnswered() ? new StaleConnection() : new ClosedChannelException();
    }

    private void trySend(ChannelHandlerContext ctx, Write write) {
        try {
            send(ctx, write.message(), write.promise());
        } catch (Exception e) {
            write.promise().tryFailure(e);
        }
    }

    private void send(ChannelHandlerContext ctx, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpRequest) {
            responses.expectResponse();
        }
        super.write(ctx, message, promise);
    }

    private record Write(Object message, ChannelPromise promise) {}
}
