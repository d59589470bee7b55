package dev.rodingateway.rodin.http;

import dev.rodingateway.rodin.connection.StrictHttpCodec;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.impl.HttpClientConnection;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.client.impl.RestClientRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * The head of the response to one call, available as soon as it has arrived. It decides where the body cannot be read: too
 * large, not encoded as it says, cut short, or too slow. The REST client itself then reports only what broke the body.
 */
final class ResponseHead {

    private static final byte[] NO_BODY = {};

    private volatile @Nullable RestClientRequestContext call;

    /** Sets the call whose response this is the head of. */
    void belongsTo(RestClientRequestContext context) {
        call = context;
    }

    /**
     * Returns the response without a body if its HTTP status determines what it means: Rodin throttles, has failed, or refuses
     * our API key. Null if it does not, or no head has arrived.
     */
    @Nullable
    RodinResponse withoutBody() {
        HttpClientResponse response = response();
        return response != null && isConclusive(response.statusCode())
                ? new RodinResponse(response.statusCode(), NO_BODY, response.getHeader(HttpHeaders.RETRY_AFTER))
                : null;
    }

    boolean hasArrived() {
        return response() != null;
    }

    /** Returns whether the connection was closed because of what followed the head, rather than by Rodin. */
    boolean isFollowedByIrregularity() {
        HttpClientResponse response = response();
        return response != null
                && response.request().connection() instanceof HttpClientConnection connection
                && isIrregular(connection.channel());
    }

    private static boolean isIrregular(Channel channel) {
        return channel.hasAttr(StrictHttpCodec.IRREGULAR);
    }

    private static boolean isConclusive(int httpStatus) {
        return switch (httpStatus) {
            case 401, 403, 429 -> true;
            default -> httpStatus >= 500 && httpStatus < 600;
        };
    }

    private @Nullable HttpClientResponse response() {
        RestClientRequestContext context = call;
        return context == null ? null : context.getVertxClientResponse();
    }
}
