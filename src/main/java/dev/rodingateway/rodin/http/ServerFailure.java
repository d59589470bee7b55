package dev.rodingateway.rodin.http;

import dev.rodingateway.rodin.answer.JsonDocument;
import dev.rodingateway.rodin.answer.Refusals;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;

/** An answer that says that Rodin, or a proxy before it, is down: a failure for as long as retry and breaker see it. */
public final class ServerFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int INTERNAL_SERVER_ERROR = 500;

    private final transient RodinResponse response;

    ServerFailure(RodinResponse response) {
        super("HTTP " + response.httpStatus(), null, false, false);
        this.response = response;
    }

    /**
     * Returns whether this answer is one. A 500 is not: Rodin is up, has read the request and could not cope with it, as
     * it does with malformed input; another task may fare better. Nor is a refusal that the body explains, whatever the code.
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

    /** Returns whether a proxy before Rodin says so, and asking again at once may reach another of its servers. */
    boolean isPassing() {
        return response.httpStatus() >= 502 && response.httpStatus() <= 504 && response.retryAfter() == null;
    }
}
