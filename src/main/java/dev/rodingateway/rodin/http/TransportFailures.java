package dev.rodingateway.rodin.http;

import dev.rodingateway.rodin.answer.RetryAfter;
import dev.rodingateway.rodin.connection.StaleConnection;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.RetryDelay;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Classifies calls that ended without a response.
 *
 * <p>The REST client throws an {@link IOException} as long as no response has begun. A failure while a body is read is the
 * connection's own exception; where that is an {@link IOException} too, {@link #markBodyFailures} has marked it.
 */
public final class TransportFailures {

    private static final Pattern HEAD_TOO_LARGE =
            Pattern.compile("(HTTP header|An HTTP line) is larger than [0-9]+ bytes\\.");

    private TransportFailures() {}

    /**
     * Marks the exception that ends the response to a request after it has begun: a reset connection throws the same exception
     * before a response and in the middle of one. Only an {@link IOException} is ambiguous; other exceptions of the connection
     * are constants, which must not gather marks.
     */
    static void markBodyFailures(HttpClientRequest request) {
        request.response()
                .onSuccess(response -> response.exceptionHandler(failure -> {
                    if (failure instanceof IOException && !isInBody(failure)) {
                        failure.addSuppressed(new InBody());
                    }
                }));
    }

    /** Returns whether a connection was closed before a response began, so that a retry is safe and likely to help. */
    static boolean isBeforeResponse(Throwable failure) {
        return failure instanceof IOException
                && !isInBody(failure)
                && !isHeadTooLarge(failure)
                && !(failure instanceof ConnectException)
                && !(failure instanceof UnknownHostException)
                && !(failure instanceof SSLException);
    }

    /**
     * Returns whether the failure means that Rodin or the network to it is down: that there was no response, rather than an
     * invalid one. A connection that was kept for too long means nothing of the kind.
     */
    public static boolean isOutage(Throwable failure) {
        return failure instanceof ServerFailure
                || (failure instanceof IOException && !(failure instanceof StaleConnection) && !isHeadTooLarge(failure))
                || failure instanceof HttpClosedException
                || isTimeout(failure);
    }

    /** Returns the failure that callers receive. */
    public static LookupFailure classify(Throwable failure) {
        if (failure instanceof LookupFailure known) {
            return known;
        }
        if (isTimeout(failure)) {
            return LookupFailure.of(Kind.UPSTREAM_TIMEOUT);
        }
        if (failure instanceof IOException && !isInBody(failure) && !isHeadTooLarge(failure)) {
            return LookupFailure.of(Kind.UPSTREAM_UNAVAILABLE).withRetryAfter(RetryDelay.spread(RetryAfter.DEFAULT));
        }
        return LookupFailure.of(Kind.UPSTREAM_INVALID_RESPONSE);
    }

    private static boolean isInBody(Throwable failure) {
        return Arrays.stream(failure.getSuppressed()).anyMatch(InBody.class::isInstance);
    }

    /** All that the REST client keeps of the decoder's exception is its message. */
    private static boolean isHeadTooLarge(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return HEAD_TOO_LARGE.matcher(message).matches();
    }

    private static boolean isTimeout(Throwable failure) {
        return failure instanceof TimeoutException || failure instanceof java.util.concurrent.TimeoutException;
    }

    private static final class InBody extends RuntimeException {

        private static final long serialVersionUID = 1L;

        InBody() {
            super("the response had begun", null, false, false);
        }
    }
}
