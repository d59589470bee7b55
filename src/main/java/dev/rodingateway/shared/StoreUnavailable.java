package dev.rodingateway.shared;

/** The shared store did not reply in time, or not as expected; the caller proceeds without it. Has no stack trace. */
public final class StoreUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure.
     *
     * @param reason must not contain secrets
     */
    public StoreUnavailable(String reason) {
        super(reason, null, false, false);
    }
}
