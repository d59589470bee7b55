package dev.rodingateway.rodin;

/** Thrown for bytes from Rodin that are no proper HTTP/1.1 response to the request in flight. */
final class IrregularResponse extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message what is wrong, without anything that Rodin sent */
    IrregularResponse(String message) {
        super(message, null, false, false);
    }
}
