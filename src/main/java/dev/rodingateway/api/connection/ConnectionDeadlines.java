package dev.rodingateway.api.connection;

import dev.rodingateway.api.connection.ConnectionLimits.Reason;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection that takes too long to send a request or to read responses, or that buffers too many bytes. Deadlines
 * are checked periodically, so that a request costs no reading of the clock. Used on the connection's event loop.
 */
final class ConnectionDeadlines {

    /** In bytes. A request up to this size is accepted even while the budget of requests is exceeded. */
    private static final int ALWAYS_ACCEPTED = 8 * 1024;

    /** In bytes. A connection may buffer unread responses up to this size while the budget of responses is exceeded. */
    private static final int ALWAYS_KEPT = 64 * 1024;

    private final ConnectionRules rules;
    private final ConnectionFlow flow;
    private final ConnectionProtocol protocol;
    private final ChannelHandlerContext ctx;
    private final ScheduledFuture<?> checks;
    private long idleSince;
    private long unfinishedSince;
    private long unreadSince;
    private long unreadMark;
    private int incompleteBytes;
    private int requestBytes;
    private long unreadBytes;
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

    /** Stops the checks and returns everything to the budgets. To be called when the connection has ended. */
    void cancel() {
        checks.cancel(false);
        ended = true;
        rules.requests().add(-requestBytes);
        requestBytes = 0;
        rules.unread().add(-unreadBytes);
        unreadBytes = 0;
    }

    /** Returns whether the connection was closed for a limit; its end may follow some time later. */
    boolean closed() {
        return closed;
    }

    /** To be called after bytes were passed on or a request was answered. Charges the bytes of unanswered requests. */
    void settle() {
        int incomplete = protocol.incomplete();
        int bytes = incomplete + protocol.inProgress() + flow.heldBytes();
        if (ended || (bytes | requestBytes | incompleteBytes) == 0) {
            return;
        }
        if (incomplete > 0 && (incompleteBytes == 0 || completed != protocol.completed())) {
            unfinishedSince = System.nanoTime();
            completed = protocol.completed();
        }
        incompleteBytes = incomplete;
        boolean large = bytes > requestBytes && bytes > ALWAYS_ACCEPTED;
        if (!rules.requests().add(bytes - requestBytes) && large) {
            close(Reason.HEADS_TOO_LARGE);
        }
        requestBytes = bytes;
    }

    /** To be called when the connection has become unwritable, or writable again. */
    void writabilityChanged() {
        unreadSince = System.nanoTime();
        unreadMark = 0;
        accountUnread();
    }

    /**
     * To be called after a flush. Charges the bytes that wait to be sent or for a flow-control window, and the buffers of the
     * operating system: that of sent bytes is full while any wait here, and that of received ones fills while reading is
     * paused.
     */
    void accountUnread() {
        ChannelOutboundBuffer out = ctx.channel().unsafe().outboundBuffer();
        if (ended || out == null) {
            return;
        }
        Http2Streams streams = protocol.streams();
        long pending = out.totalPendingWriteBytes();
        long ours = pending + (streams == null ? 0 : streams.unreadBytes());
        long unread =
                ours + (pending == 0 ? 0 : SocketBuffers.MAX_UNSENT) + (flow.isPaused() ? SocketBuffers.MAX_UNREAD : 0);
        if (unread == unreadBytes) {
            return;
        }
        boolean more = unread > unreadBytes;
        boolean within = rules.unread().add(unread - unreadBytes);
        unreadBytes = unread;
        if (more && !within && (ours > ALWAYS_KEPT || rules.unread().isFarExceeded())) {
            close(Reason.UNREAD_TOO_LARGE);
        }
    }

    private void check() {
        long now = System.nanoTime();
        settle();
        accountUnread();
        checkHead(now);
        checkIdle(now);
        checkUnread(now);
        Http2Streams streams = protocol.streams();
        if (streams != null && streams.endStalled(rules.writeNanos(), now)) {
            close(Reason.UNREAD);
        }
    }

    private void checkHead(long now) {
        if (flow.isPaused() || !protocol.takesMore()) {
            unfinishedSince = now;
        } else if (incompleteBytes > 0 && now - unfinishedSince >= rules.headNanos()) {
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
            // Over HTTP/2 this sends GOAWAY.
            ChannelFuture unused = ctx.channel().close();
        }
    }

    /** While the budget of unread responses is exceeded, a connection without progress is closed at once. */
    private void checkUnread(long now) {
        ChannelOutboundBuffer out = ctx.channel().unsafe().outboundBuffer();
        long pending = out == null ? 0 : out.totalPendingWriteBytes();
        if (out == null || (pending == 0 && !flow.isPaused())) {
            unreadMark = 0;
            return;
        }
        long mark = 1 + pending * 31 + out.currentProgress();
        if (mark != unreadMark) {
            unreadMark = mark;
            unreadSince = now;
        } else if (pending > 0 && now - unreadSince >= rules.writeNanos()) {
            close(Reason.UNREAD);
        } else if (rules.unread().isExceeded()) {
            close(Reason.UNREAD_TOO_LARGE);
        }
    }

    private void close(Reason reason) {
        if (!closed && ctx.channel().isActive()) {
            closed = true;
            rules.closed().accept(reason);
            if (reason == Reason.UNREAD || reason == Reason.UNREAD_TOO_LARGE) {
                // With a reset, because otherwise the operating system would keep unread data for several minutes.
                ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            }
            // From the first handler on, past TLS, which would wait until its close_notify is read.
            ChannelFuture unused = ctx.pipeline().firstContext().close();
        }
    }
}
