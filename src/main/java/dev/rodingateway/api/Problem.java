package dev.rodingateway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457): the JSON face of a look-up that failed.
 *
 * @param type {@code urn:rodin-gateway:problem:CODE}
 * @param title the same for every problem of this type
 * @param status the HTTP status of the response
 * @param detail a sentence for a developer; never Rodin's text
 * @param code what a program decides by
 * @param upstreamCode Rodin's own error code, if it gave one
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"type", "title", "status", "detail", "code", "upstreamCode"})
public record Problem(
        String type,

        String title,

        int status,

        String detail,

        String code,

        @Nullable String upstreamCode) {

    static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(ProblemCode code, @Nullable String upstreamCode) {
        return new Problem(
                "urn:rodin-gateway:problem:" + code.code(),
                code.title(),
                code.httpStatus(),
                code.detail(),
                code.code(),
                upstreamCode);
    }
}
