package dev.rodingateway.api.body;

import dev.rodingateway.api.KeyList;
import dev.rodingateway.api.ListLimit;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one request on its event loop, without blocking: up to {@link KeyList#LONGEST_BODY} bytes, up to a
 * deadline, and either into memory reserved with a {@link ListLimit} or discarding it. Ends with exactly one outcome.
 */
final class BodyReader {

    /** How reading ended. */
    enum Outcome {
        /** The whole body was read. */
        READ,
        TOO_LARGE,
        /** The deadline passed first. */
        TOO_SLOW,
        /** There is no memory left for this body. */
        NO_MEMORY,
        /** The body is malformed, or the client went away. */
        BROKEN
    }

    private final HttpServerRequest request;
    private final @Nullable ListLimit memory;
    private final BiConsumer<Outcome, Buffer> done;
    private final Buffer body = Buffer.buffer();
    private final Vertx vertx;
    private final long deadline;
    private long length;
    private boolean ended;

    /**
     * Starts to read.
     *
     * @param memory where the body's memory is reserved; null to discard the body
     * @param done called once, on the event loop, with the outcome and the part of the body that was read into memory
     */
    static void start(
            Vertx vertx,
            HttpServerRequest request,
            long timeoutMillis,
            @Nullable ListLimit memory,
            BiConsumer<Outcome, Buffer> done) {
        new BodyReader(vertx, request, timeoutMillis, memory, done).read();
    }

    private BodyReader(
            Vertx vertx,
            HttpServerRequest request,
            long timeoutMillis,
            @Nullable ListLimit memory,
            BiConsumer<Outcome, Buffer> done) {
        this.vertx = vertx;
        this.request = request;
        this.memory = memory;
        this.done = done;
        this.deadline = vertx.setTimer(timeoutMillis, due -> end(Outcome.TOO_SLOW));
    }

    private void read() {
        if (request.isEnded()) {
            end(Outcome.READ);
            return;
        }
        request.exceptionHandler(failure -> end(Outcome.BROKEN))
                .endHandler(last -> end(Outcome.READ))
                .handler(this::append);
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        request.resume();
    }

    private void append(Buffer part) {
        if (ended) {
            return;
        }
        if (length + part.length() > KeyList.LONGEST_BODY) {
            end(Outcome.TOO_LARGE);
        } else if (memory != null && !memory.reserve(part.length())) {
            end(Outcome.NO_MEMORY);
        } else {
            length += part.length();
            if (memory != null) {
                body.appendBuffer(part);
            }
        }
    }

    private void end(Outcome outcome) {
        if (ended) {
            return;
        }
        ended = true;
        vertx.cancelTimer(deadline);
        try {
            done.accept(outcome, body);
        } finally {
            if (memory != null) {
                memory.release(length);
            }
        }
    }
}
