package dev.rodingateway.rodin.http;

import io.vertx.core.http.HttpClientRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Marks what broke an answer that had begun. A connection that is reset ends in the same exception before an answer
 * and in the middle of one, and what the REST client makes of it does not tell.
 */
final class BrokenAnswer implements Consumer<HttpClientRequest> {

    @Override
    public void accept(HttpClientRequest request) {
        request.response().onSuccess(response -> response.exceptionHandler(BrokenAnswer::mark));
    }

    /** Returns whether an answer had begun when this happened to its connection. */
    static boolean isIn(Throwable failure) {
        return Arrays.stream(failure.getSuppressed()).anyMatch(Mark.class::isInstance);
    }

    /** Only what could be mistaken: other exceptions of the connection are constants, which must not gather marks. */
    private static void mark(Throwable failure) {
        if (failure instanceof IOException && !isIn(failure)) {
            failure.addSuppressed(new Mark());
        }
    }

    private static final class Mark extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Mark() {
            super("the answer had begun", null, false, false);
        }
    }
}
