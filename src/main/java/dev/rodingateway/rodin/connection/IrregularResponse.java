package dev.rodingateway.rodin.connection;

/** Thrown for bytes from Rodin that are no proper HTTP/1.1 response to the request in flight. */
public final class IrregularResponse extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure.
     *
     * @param message what is wrong, without anything that Rodin sent
     */
    public IrregularResponse(String message) {
        super(message, null, false, false);
    }
}
