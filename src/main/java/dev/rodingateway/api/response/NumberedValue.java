package dev.rodingateway.api.response;

import io.vertx.core.http.HttpHeaders;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Header values that consist of a constant text and a number. Those used last are kept in the form in which Netty sends
 * them without encoding each character; the same few seconds occur in response after response.
 */
final class NumberedValue {

    /** A power of two. */
    private static final int KEPT = 64;

    private final String prefix;
    private final AtomicReferenceArray<Value> kept = new AtomicReferenceArray<>(KEPT);

    NumberedValue(String prefix) {
        this.prefix = prefix;
    }

    CharSequence of(long number) {
        int index = (int) number & (KEPT - 1);
        Value value = kept.get(index);
        if (value == null || value.number != number) {
            value = new Value(number, HttpHeaders.createOptimized(prefix + number));
            kept.set(index, value);
        }
        return value.text;
    }

    private record Value(long number, CharSequence text) {}
}
