package dev.rodingateway.rodin.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.function.Consumer;

/** Ends a response and its connection as soon as the body exceeds {@value #MAX_BYTES} bytes. */
public final class BodyLimit implements Consumer<HttpClientRequest> {

    /** The most bytes of a response body, after decompression. */
    public static final int MAX_BYTES = 256 * 1024;

    @Override
    public void accept(HttpClientRequest request) {
        request.response().onSuccess(response -> response.handler(new Counter(request, response)::add));
    }

    /** The exception that ends a body over the limit. */
    static final class BodyTooLarge extends RuntimeException {

        private static final long serialVersionUID = 1L;

        BodyTooLarge() {
            super("body larger than " + MAX_BYTES + " bytes", null, false, false);
        }
    }

    private static final class Counter {

        private final HttpClientRequest request;
        private final HttpClientResponse response;
        private int bytes;

        Counter(HttpClientRequest request, HttpClientResponse response) {
            this.request = request;
            this.response = response;
        }

        void add(Buffer chunk) {
            bytes += chunk.length();
            if (bytes > MAX_BYTES) {
                response.handler(null);
                request.reset(0, new BodyTooLarge());
            }
        }
    }
}
