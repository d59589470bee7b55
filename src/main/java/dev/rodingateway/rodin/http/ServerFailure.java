package dev.rodingateway.rodin.http;

import dev.rodingateway.rodin.answer.JsonDocument;
import dev.rodingateway.rodin.answer.Refusals;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;

/** A response that says that Rodin, or a proxy in front of it, is down: an exception for retry and circuit breaker only. */
public final class ServerFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int INTERNAL_SERVER_ERROR = 500;

    private final transient RodinResponse response;

    ServerFailure(RodinResponse response) {
        super("HTTP " + response.httpStatus(), null, false, false);
        this.response = response;
    }

    /**
     * Returns whether this response is one. A 500 is not: Rodin is up and failed to process this request, as it does with
     * malformed input; another task may succeed. Nor is a refusal with a known code in the body, whatever the HTTP status.
     */
    static boolean isOne(RodinResponse response) {
        if (response.httpStatus() <= INTERNAL_SERVER_ERROR) {
            return false;
        }
        LookupFailure refusal = Refusals.find(JsonDocument.read(response.body()).path("error"), response.httpStatus());
        return refusal == null || refusal.kind() == Kind.UPSTREAM_ERROR;
    }

    public RodinResponse response() {
        return response;
    }

    /** Returns whether it comes from a proxy in front of Rodin, and a retry may reach another server behind it. */
    boolean isTemporary() {
        return response.httpStatus() >= 502 && response.httpStatus() <= 504 && response.retryAfter() == null;
    }
}
