package dev.rodingateway.rodin.http;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What came back over the wire, not yet understood. It prints neither body nor header, for they are Rodin's words.
 *
 * @param httpStatus the HTTP status code
 * @param body the bytes of the body, decompressed; not copied, so not to be written to
 * @param retryAfter the header {@code Retry-After} as sent, or null
 * @param took how long it was waited for since it was first asked for
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, below
public record RodinResponse(
        int httpStatus, byte[] body, @Nullable String retryAfter, Duration took) {

    public RodinResponse(int httpStatus, byte[] body, @Nullable String retryAfter) {
        this(httpStatus, body, retryAfter, Duration.ZERO);
    }

    RodinResponse after(Duration waited) {
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
