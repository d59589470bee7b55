package dev.rodingateway.settings;

/** Thrown for an invalid setting. The message names it and says what it allows; it never contains a secret. */
public final class InvalidSetting extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure.
     *
     * @param message one sentence that begins with the setting's environment variable
     */
    public InvalidSetting(String message) {
        super(message);
    }
}
