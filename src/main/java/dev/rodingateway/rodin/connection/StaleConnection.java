package dev.rodingateway.rodin.connection;

import java.io.IOException;

/** Thrown when a kept-alive connection turns out to be unusable before a response to this request has begun. */
public final class StaleConnection extends IOException {

    private static final long serialVersionUID = 1L;

    public StaleConnection() {
        super("a kept-alive connection is no longer usable");
    }

    /** Returns without a stack trace: this is an expected outcome. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
