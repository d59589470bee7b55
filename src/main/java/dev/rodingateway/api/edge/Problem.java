package dev.rodingateway.api.edge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457): the JSON form of a failure.
 *
 * @param type {@code urn:rodin-gateway:problem:CODE}
 * @param title the same for every problem of this type
 * @param status the HTTP status of the response
 * @param detail a sentence for a developer; never Rodin's text
 * @param code identifies the type of the problem to programs
 * @param instance {@code urn:rodin-gateway:request:ID}, ID being that of the request
 * @param upstreamCode Rodin's own error code, if it gave one
 * @param retryAfterMs in a list, the delay in milliseconds after which to try again; elsewhere it is the header {@code Retry-After}
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"type", "title", "status", "detail", "code", "instance", "upstreamCode", "retryAfterMs"})
public record Problem(
        String type,

        String title,

        int status,

        String detail,

        String code,

        String instance,

        @Nullable String upstreamCode,

        @Nullable Long retryAfterMs) {

    public static final String MEDIA_TYPE = "application/problem+json";

    /**
     * Returns the problem for a code.
     *
     * @param requestId of the request that is answered with it
     */
    public static Problem of(ProblemCode code, @Nullable String upstreamCode, String requestId) {
        return new Problem(
                "urn:rodin-gateway:problem:" + code.code(),
                code.title(),
                code.httpStatus(),
                code.detail(),
                code.code(),
                "urn:rodin-gateway:request:" + requestId,
                upstreamCode,
                null);
    }

    /** Returns this problem with the delay after which to try again. */
    public Problem withRetryAfter(Duration delay) {
        return new Problem(type, title, status, detail, code, instance, upstreamCode, delay.toMillis());
    }
}
