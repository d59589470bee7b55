package dev.rodingateway.rodin.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 client codec for one connection. HTTP/1.1 matches responses to requests by their order alone, so one stray
 * response would shift all that follow to the wrong task. Hence:
 *
 * <ol>
 *   <li>Interim responses (1xx) are skipped; the connection is closed after the final one. A 101 is refused.
 *   <li>Bytes that arrive while no request is in flight close the connection.
 *   <li>Bytes that arrive together with a response, after its end, make that response invalid: either of the two may be the
 *       response to the request.
 *   <li>A connection is reused only after an ordinary response. Each request is delayed for a moment first, in which bytes that
 *       had already arrived are read, see {@link StrictRequestEncoder}.
 * </ol>
 */
public final class StrictHttpCodec extends CombinedChannelDuplexHandler<StrictResponseDecoder, StrictRequestEncoder> {

    private static final AttributeKey<StrictHttpCodec> CODEC = AttributeKey.valueOf(StrictHttpCodec.class, "codec");

    private final StrictResponseDecoder responses;
    private final Channel channel;

    /**
     * Creates the codec of one connection.
     *
     * @param pool is notified when this connection is closed, and retires the others when it was closed under a request
     */
    StrictHttpCodec(Channel channel, OpenConnections pool) {
        this.channel = channel;
        channel.attr(CODEC).set(this);
        this.responses = new StrictResponseDecoder(pool);
        init(responses, new StrictRequestEncoder(responses));
    }

    /** Returns the codec of a connection, open or closed; null for HTTP/2. */
    public static @Nullable StrictHttpCodec of(Channel channel) {
        return channel.attr(CODEC).get();
    }

    /** Returns whether the connection had been kept alive and no response to its latest request has begun. */
    public boolean isStale() {
        return responses.isStale();
    }

    /** Returns whether the connection was closed because of what followed the head of a response. */
    public boolean isIrregularAfterHead() {
        return responses.isIrregularAfterHead();
    }

    /** Returns whether a request on this connection has been answered. */
    boolean hasAnswered() {
        return responses.hasAnswered();
    }

    /** Prevents further requests on this connection; closes it now, or once the request in flight is answered. */
    void retire() {
        responses.retire();
        channel.eventLoop().execute(() -> {
            if (responses.isIdle()) {
                ChannelFuture unused = channel.close();
            }
        });
    }
}
