package dev.rodingateway.rodin.connection;

/** Thrown for bytes from Rodin that are not a valid HTTP/1.1 response to the request in flight. */
public final class IrregularResponse extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure.
     *
     * @param message what is wrong, without quoting Rodin
     */
    public IrregularResponse(String message) {
        super(message, null, false, false);
    }
}
