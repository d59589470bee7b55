package dev.rodingateway.rodin;

import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import io.smallrye.mutiny.TimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/**
 * Says what it means when a check ended without an answer.
 *
 * <p>The REST client raises an {@link IOException} as long as no answer has begun. What breaks while a body is read
 * comes as the connection's own exception, and where that is an {@link IOException} too, {@link BrokenAnswer} has
 * marked it.
 */
final class TransportFailures {

    private TransportFailures() {}

    /** Returns whether a connection died before an answer began, so that asking again is safe and likely to help. */
    static boolean diedBeforeAnswer(Throwable failure) {
        return failure instanceof IOException
                && !BrokenAnswer.isIn(failure)
                && !(failure instanceof ConnectException)
                && !(failure instanceof UnknownHostException)
                && !(failure instanceof SSLException);
    }

    /** Returns the failure that callers are told. */
    static LookupFailure classify(Throwable failure) {
        if (failure instanceof LookupFailure known) {
            return known;
        }
        if (failure instanceof TimeoutException || failure instanceof java.util.concurrent.TimeoutException) {
            return LookupFailure.of(Kind.UPSTREAM_TIMEOUT);
        }
        if (failure instanceof IOException && !BrokenAnswer.isIn(failure)) {
            return LookupFailure.of(Kind.UPSTREAM_UNAVAILABLE).withRetryAfter(RetryAfter.DEFAULT);
        }
        return LookupFailure.of(Kind.UPSTREAM_INVALID_RESPONSE);
    }
}
