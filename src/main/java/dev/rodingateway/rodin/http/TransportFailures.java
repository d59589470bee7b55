package dev.rodingateway.rodin.http;

import dev.rodingateway.rodin.answer.RetryAfter;
import dev.rodingateway.rodin.connection.StaleConnection;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Says what it means when a check ended without an answer.
 *
 * <p>The REST client raises an {@link IOException} as long as no answer has begun. What breaks while a body is read
 * comes as the connection's own exception, and where that is an {@link IOException} too, {@link BrokenAnswer} has
 * marked it.
 */
public final class TransportFailures {

    private static final Pattern HEAD_TOO_LARGE =
            Pattern.compile("(HTTP header|An HTTP line) is larger than [0-9]+ bytes\\.");

    private TransportFailures() {}

    /** Returns whether a connection died before an answer began, so that asking again is safe and likely to help. */
    static boolean diedBeforeAnswer(Throwable failure) {
        return failure instanceof IOException
                && !BrokenAnswer.isIn(failure)
                && !isHeadTooLarge(failure)
                && !(failure instanceof ConnectException)
                && !(failure instanceof UnknownHostException)
                && !(failure instanceof SSLException);
    }

    /**
     * Returns whether Rodin, or the way to it, is down as far as this tells: not what came back, but that it did not. That a
     * connection was kept for too long tells nothing of Rodin.
     */
    public static boolean isOutage(Throwable failure) {
        return failure instanceof ServerFailure
                || (failure instanceof IOException && !(failure instanceof StaleConnection) && !isHeadTooLarge(failure))
                || failure instanceof HttpClosedException
                || isTimeout(failure);
    }

    /** Returns the failure that callers are told. */
    public static LookupFailure classify(Throwable failure) {
        if (failure instanceof LookupFailure known) {
            return known;
        }
        if (isTimeout(failure)) {
            return LookupFailure.of(Kind.UPSTREAM_TIMEOUT);
        }
        if (failure instanceof IOException && !BrokenAnswer.isIn(failure) && !isHeadTooLarge(failure)) {
            return LookupFailure.of(Kind.UPSTREAM_UNAVAILABLE).withRetryAfter(RetryAfter.DEFAULT);
        }
        return LookupFailure.of(Kind.UPSTREAM_INVALID_RESPONSE);
    }

    /** All that the REST client keeps of what the decoder threw is its message. */
    private static boolean isHeadTooLarge(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return HEAD_TOO_LARGE.matcher(message).matches();
    }

    private static boolean isTimeout(Throwable failure) {
        return failure instanceof TimeoutException || failure instanceof java.util.concurrent.TimeoutException;
    }
}
