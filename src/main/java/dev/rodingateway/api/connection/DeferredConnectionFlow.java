package dev.rodingateway.api.connection;

import dev.rodingateway.api.connection.ConnectionLimits.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Adds {@link ConnectionFlow} to a TLS connection once there is a TLS handler, behind which bytes are decrypted. With the
 * PROXY protocol Vert.x adds that handler only after it has read the PROXY header. Until then only the deadline for a
 * request's head applies.
 */
final class DeferredConnectionFlow extends ChannelInboundHandlerAdapter {

    /** Name that Vert.x gives its TLS handler. */
    private static final String TLS_HANDLER = "ssl";

    private final ConnectionRules rules;
    private @Nullable Future<?> deadline;

    private DeferredConnectionFlow(ConnectionRules rules) {
        this.rules = rules;
    }

    /** Adds {@link ConnectionFlow} to a TLS connection, now or as soon as there is a TLS handler. */
    static void addTo(Channel connection, ConnectionRules rules) {
        if (!addFlow(connection, rules)) {
            connection.pipeline().addFirst(new DeferredConnectionFlow(rules));
        }
    }

    private static boolean addFlow(Channel connection, ConnectionRules rules) {
        boolean hasTls = connection.pipeline().get(TLS_HANDLER) != null;
        if (hasTls) {
            connection.pipeline().addAfter(TLS_HANDLER, null, new ConnectionFlow(rules));
        }
        return hasTls;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = ctx.executor().schedule(() -> close(ctx), rules.headNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    /** Decrypted bytes cannot arrive before the second read, because the TLS handshake takes more than one. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        boolean added = addFlow(ctx.channel(), rules);
        ctx.fireChannelRead(msg);
        if (added || (ctx.channel().isActive() && addFlow(ctx.channel(), rules))) {
            ctx.pipeline().remove(this);
        }
    }

    private void close(ChannelHandlerContext ctx) {
        rules.closed().accept(Reason.HEAD_TIMEOUT);
        ChannelFuture unused = ctx.close();
    }
}
