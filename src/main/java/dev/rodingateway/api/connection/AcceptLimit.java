package dev.rodingateway.api.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds the open connections of a server: one more is closed before anything is allocated for it. */
@ChannelHandler.Sharable
final class AcceptLimit extends ChannelInboundHandlerAdapter {

    private final int maximum;
    private final Runnable refused;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * Creates a limit that no connection counts towards yet.
     *
     * @param refused called for each connection that is closed for the limit
     */
    AcceptLimit(int maximum, Runnable refused) {
        this.maximum = maximum;
        this.refused = refused;
    }

    /** Called for each new connection, on the one thread that accepts them all. */
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
