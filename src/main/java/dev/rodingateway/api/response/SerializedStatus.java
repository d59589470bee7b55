package dev.rodingateway.api.response;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A status as it goes over the wire, written once: all but what differs from one answer to the next. */
public final class SerializedStatus {

    private static final byte[] FRESH = ascii("false");
    private static final byte[] STALE = ascii("true");
    private static final byte[] POLL_AFTER = ascii(",\"pollAfterMs\":");
    private static final byte END = '}';

    private final byte[] head;
    private final String freshTag;

    private SerializedStatus(byte[] head, String tag) {
        this.head = head;
        this.freshTag = tag;
    }

    /**
     * Returns the serialized form of a status.
     *
     * @param json the whole of a body that is fresh and has no {@code pollAfterMs}
     * @param tag the opaque part of its entity tag while it is fresh
     */
    static SerializedStatus of(byte[] json, String tag) {
        int end = json.length - FRESH.length - 1;
        if (end < 0
                || json[json.length - 1] != END
                || !Arrays.equals(json, end, json.length - 1, FRESH, 0, FRESH.length)) {
            throw new IllegalArgumentException("the body of a fresh answer ends in whether it is stale");
        }
        return new SerializedStatus(Arrays.copyOf(json, end), tag);
    }

    /** Returns the opaque part of the entity tag. */
    public String tag(boolean stale) {
        return stale ? EntityTags.stale(freshTag) : freshTag;
    }

    /** Returns the JSON. */
    public Buffer body(boolean stale, @Nullable Long pollAfterMs) {
        byte[] freshness = stale ? STALE : FRESH;
        byte[] number = pollAfterMs == null ? new byte[0] : ascii(Long.toString(pollAfterMs));
        int size = head.length + freshness.length + POLL_AFTER.length + number.length + 1;
        Buffer body = Buffer.buffer(size).appendBytes(head).appendBytes(freshness);
        if (pollAfterMs != null) {
            body.appendBytes(POLL_AFTER).appendBytes(number);
        }
        return body.appendByte(END);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
