package dev.rodingateway.api;

import dev.rodingateway.api.ConnectionLimits.Reason;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection that holds back a request or leaves responses unread for too long, or for whose sake too many bytes
 * wait. Looks at it from time to time: a request costs no reading of the clock. On the connection's event loop.
 */
final class ConnectionDeadlines {

    /** In bytes. An ordinary request is taken even while others' unfinished ones are too many. */
    private static final int ALWAYS_TAKEN = 4 * 1024;

    private final ConnectionRules rules;
    private final ConnectionFlow flow;
    private final ConnectionProtocol protocol;
    private final ChannelHandlerContext ctx;
    private final ScheduledFuture<?> checks;
    private long idleSince;
    private long unfinishedSince;
    private long unreadSince;
    private long unreadMark;
    private int unfinishedBytes;
    private long unreadBytes;
    private long withheldBytes;
    private boolean requested;
    private boolean closed;
    private boolean ended;
    private int completed;

    ConnectionDeadlines(
            ConnectionRules rules, ConnectionFlow flow, ConnectionProtocol protocol, ChannelHandlerContext ctx) {
        this.rules = rules;
        this.flow = flow;
        this.protocol = protocol;
        this.ctx = ctx;
        this.idleSince = System.nanoTime();
        this.checks = ctx.executor()
                .scheduleAtFixedRate(this::check, rules.periodNanos(), rules.periodNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends when the connection has. */
    void cancel() {
        checks.cancel(false);
        ended = true;
        rules.heads().add(-unfinishedBytes);
        unfinishedBytes = 0;
        rules.unread().add(-unreadBytes);
        unreadBytes = 0;
    }

    /** Returns whether the connection was closed for a limit; its end may follow some time later. */
    boolean closed() {
        return closed;
    }

    /** To be called when something was read or passed on. */
    void settle() {
        if (ended) {
            return;
        }
        int unfinished = protocol.unfinished() + flow.heldBytes();
        if ((unfinished | unfinishedBytes) != 0) {
            settleUnfinished(unfinished);
        }
        Http2Streams streams = protocol.streams();
        if (streams != null && streams.unreadBytes() != withheldBytes) {
            accountUnread();
        }
    }

    private void settleUnfinished(int unfinished) {
        if (unfinishedBytes == 0 || completed != protocol.completed()) {
            unfinishedSince = System.nanoTime();
            completed = protocol.completed();
        }
        boolean large = unfinished > unfinishedBytes && unfinished > ALWAYS_TAKEN;
        if (!rules.heads().add(unfinished - unfinishedBytes) && large) {
            close(Reason.HEADS_TOO_LARGE);
        }
        unfinishedBytes = unfinished;
    }

    /** To be called when the bytes that wait to be sent have become too many, or few again. */
    void writabilityChanged() {
        unreadSince = System.nanoTime();
        unreadMark = 0;
        accountUnread();
    }

    private void check() {
        long now = System.nanoTime();
        checkHead(now);
        checkIdle(now);
        checkUnread(now);
        Http2Streams streams = protocol.streams();
        if (streams != null && streams.anyStalledFor(rules.writeNanos(), now)) {
            close(Reason.UNREAD);
        }
    }

    private void checkHead(long now) {
        if (flow.isPaused()) {
            unfinishedSince = now;
        } else if (unfinishedBytes > 0 && now - unfinishedSince >= rules.headNanos()) {
            close(Reason.HEAD_TIMEOUT);
        }
    }

    private void checkIdle(long now) {
        if (protocol.busy()) {
            idleSince = now;
            requested = true;
        } else if (!requested && now - idleSince >= rules.headNanos()) {
            close(Reason.HEAD_TIMEOUT);
        } else if (now - idleSince >= rules.idleNanos()) {
            // Over HTTP/2 this says GOAWAY.
            ChannelFuture unused = ctx.channel().close();
        }
    }

    private void checkUnread(long now) {
        if (ctx.channel().isWritable()) {
            return;
        }
        ChannelOutboundBuffer out = ctx.channel().unsafe().outboundBuffer();
        if (out == null) {
            return;
        }
        accountUnread();
        long mark = out.totalPendingWriteBytes() * 31 + out.currentProgress();
        if (mark != unreadMark) {
            unreadMark = mark;
            unreadSince = now;
        } else if (now - unreadSince >= rules.writeNanos()) {
            close(Reason.UNREAD);
        }
    }

    /** Counts what waits to be sent, where it is much, and what waits for a window. */
    private void accountUnread() {
        ChannelOutboundBuffer out = ctx.channel().unsafe().outboundBuffer();
        Http2Streams streams = protocol.streams();
        if (ended || out == null) {
            return;
        }
        withheldBytes = streams == null ? 0 : streams.unreadBytes();
        long unread = withheldBytes + (ctx.channel().isWritable() ? 0 : out.totalPendingWriteBytes());
        boolean grows = unread > unreadBytes;
        boolean within = rules.unread().add(unread - unreadBytes);
        unreadBytes = unread;
        if (grows && !within) {
            close(Reason.UNREAD_TOO_LARGE);
        }
    }

    private void close(Reason reason) {
        if (!closed && ctx.channel().isActive()) {
            closed = true;
            rules.closed().accept(reason);
            ChannelFuture unused = ctx.close();
        }
    }
}
