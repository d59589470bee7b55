package dev.rodingateway.rodin.http;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A response as received, not yet normalized. It prints neither body nor header, because their content is Rodin's.
 *
 * @param httpStatus the HTTP status code
 * @param body the bytes of the body, decompressed; not copied, so they must not be modified
 * @param retryAfter the header {@code Retry-After} as sent, or null
 * @param took the time from the first call to the response
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, below
public record RodinResponse(
        int httpStatus, byte[] body, @Nullable String retryAfter, Duration took) {

    public RodinResponse(int httpStatus, byte[] body, @Nullable String retryAfter) {
        this(httpStatus, body, retryAfter, Duration.ZERO);
    }

    RodinResponse withDuration(Duration waited) {
        return new RodinResponse(httpStatus, body, retryAfter, waited);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RodinResponse that
                && httpStatus == that.httpStatus
                && Arrays.equals(body, that.body)
                && Objects.equals(retryAfter, that.retryAfter)
                && took.equals(that.took);
    }

    @Override
    public int hashCode() {
        return Objects.hash(httpStatus, Arrays.hashCode(body), retryAfter, took);
    }

    @Override
    public String toString() {
        return "RodinResponse[httpStatus=" + httpStatus + ", body=" + body.length + " bytes]";
    }
}
