package dev.rodingateway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.rodingateway.task.LookupFailure;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
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
        @Schema(examples = "urn:rodin-gateway:problem:task-not-found", required = true)
        String type,

        @Schema(required = true) String title,

        @Schema(description = "The HTTP status of the response", required = true)
        int status,

        @Schema(description = "A sentence for a developer", required = true)
        String detail,

        @Schema(description = "What a program decides by", examples = "task-not-found", required = true)
        String code,

        @Schema(description = "Rodin's own error code, if it gave one", pattern = "^[A-Z][A-Z0-9_]{0,63}$") @Nullable
        String upstreamCode) {

    static final String MEDIA_TYPE = "application/problem+json";

    /** Returns the face of a failed look-up. */
    static Problem of(LookupFailure failure) {
        return of(ProblemCode.of(failure.kind()), failure.upstreamCode());
    }

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
