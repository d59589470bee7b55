package dev.rodingateway.api.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;

/** Limits the open connections of a server: a further one is closed before anything is allocated for it. */
@ChannelHandler.Sharable
final class AcceptLimit extends ChannelInboundHandlerAdapter {

    private final int maximum;
    private final Runnable refused;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * Creates a limit without open connections.
     *
     * @param refused called for each connection that is closed for the limit
     */
    AcceptLimit(int maximum, Runnable refused) {
        this.maximum = maximum;
        this.refused = refused;
    }

    /** Called for each new connection, on the thread that accepts all connections. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof Channel connection) {
            if (open.get() >= maximum) {
                connection.unsafe().closeForcibly();
                refused.run();
                return;
            }
            open.incrementAndGet();
            connection.closeFuture().addListener(closed -> open.decrementAndGet());
        }
        ctx.fireChannelRead(msg);
    }
}
