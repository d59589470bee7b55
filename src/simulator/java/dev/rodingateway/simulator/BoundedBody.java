package dev.rodingateway.simulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** Reads a body of at most {@value #LIMIT} bytes; a larger one is discarded and counts as empty. */
final class BoundedBody {

    static final int LIMIT = 16 * 1024;

    private final Buffer kept = Buffer.buffer();
    private boolean tooLarge;

    private BoundedBody() {}

    /** Passes on the body when it is complete; never if the connection ends before that. */
    static void read(HttpServerRequest request, Consumer<byte[]> reader) {
        BoundedBody body = new BoundedBody();
        request.handler(body::append).endHandler(end -> reader.accept(body.bytes()));
    }

    private void append(Buffer part) {
        tooLarge |= kept.length() + part.length() > LIMIT;
        if (!tooLarge) {
            kept.appendBuffer(part);
        }
    }

    private byte[] bytes() {
        return tooLarge ? new byte[0] : kept.getBytes();
    }
}
