package dev.rodingateway.rodin.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.util.AttributeKey;

/**
 * HTTP/1.1 client codec for one connection. HTTP/1.1 matches responses to requests by their order alone, so one stray
 * response would shift all that follow to the wrong task. Hence:
 *
 * <ol>
 *   <li>Interim responses (1xx) are skipped; the connection is closed after the final one. A 101 is refused.
 *   <li>Bytes that arrive while no request is in flight close the connection.
 *   <li>Bytes that arrive together with a response, after its end, make that response invalid: it cannot be known which of the
 *       two is meant.
 *   <li>A connection is used again only after a response of the ordinary kind. Each request is held back for a moment first,
 *       see {@link StrictRequestEncoder}, in which bytes that had arrived by then are seen.
 * </ol>
 */
public final class StrictHttpCodec extends CombinedChannelDuplexHandler<StrictResponseDecoder, StrictRequestEncoder> {

    /** Set on a connection that was closed because what Rodin sent on it was no proper response. */
    public static final AttributeKey<Boolean> IRREGULAR = AttributeKey.valueOf(StrictHttpCodec.class, "irregular");

    private final StrictResponseDecoder responses;
    private final Channel channel;

    /**
     * Creates the codec of one connection.
     *
     * @param pool told when this connection is closed, and to retire the others when it has died under a request
     */
    StrictHttpCodec(Channel channel, OpenConnections pool) {
        this.channel = channel;
        this.responses = new StrictResponseDecoder(pool);
        init(responses, new StrictRequestEncoder(responses));
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
