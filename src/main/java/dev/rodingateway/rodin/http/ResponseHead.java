package dev.rodingateway.rodin.http;

import dev.rodingateway.rodin.connection.StrictHttpCodec;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.impl.HttpClientConnection;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.client.impl.RestClientRequestContext;
import org.jboss.resteasy.reactive.client.spi.ResteasyReactiveClientRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * The head of the response to one call, available as soon as it has arrived. It determines the result where the body cannot
 * be read: too large, not encoded as announced, cut short, or too slow. The REST client reports only the failure of the body.
 */
final class ResponseHead {

    private static final byte[] NO_BODY = {};

    private volatile @Nullable RestClientRequestContext call;

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
        StrictHttpCodec codec = codec();
        return hasArrived() && codec != null && codec.isIrregularAfterHead();
    }

    /** Returns whether the call was made on a kept-alive connection that was closed before a response began. */
    boolean isMissingForStaleConnection() {
        StrictHttpCodec codec = codec();
        return !hasArrived() && codec != null && codec.isStale();
    }

    private static boolean isConclusive(int httpStatus) {
        return switch (httpStatus) {
            case 401, 403, 429 -> true;
            default -> httpStatus >= 500 && httpStatus < 600;
        };
    }

    private @Nullable StrictHttpCodec codec() {
        RestClientRequestContext context = call;
        HttpClientRequest request = context == null ? null : context.getHttpClientRequest();
        return request != null && request.connection() instanceof HttpClientConnection connection
                ? StrictHttpCodec.of(connection.channel())
                : null;
    }

    private @Nullable HttpClientResponse response() {
        RestClientRequestContext context = call;
        return context == null ? null : context.getVertxClientResponse();
    }

    /** Connects the head of each call to the call. */
    static final class Filter implements ClientRequestFilter {

        @Override
        public void filter(ClientRequestContext request) {
            ((RodinApi.Request) request.getEntity()).head().call =
                    ((ResteasyReactiveClientRequestContext) request).unwrap(RestClientRequestContext.class);
        }
    }
}
