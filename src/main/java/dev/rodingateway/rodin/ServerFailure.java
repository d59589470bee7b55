package dev.rodingateway.rodin;

/** An answer with a 5xx, as a failure for as long as retry and breaker have to see it as one. */
final class ServerFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient RodinResponse response;

    ServerFailure(RodinResponse response) {
        super("HTTP " + response.httpStatus(), null, false, false);
        this.response = response;
    }

    RodinResponse response() {
        return response;
    }

    /** Returns whether a proxy before Rodin says so, and asking again may reach another of its servers. */
    boolean isPassing() {
        return response.httpStatus() >= 502 && response.httpStatus() <= 504;
    }
}
