package dev.rodingateway.api.response;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The serialized form of a snapshot: everything that does not change from one response to the next. */
public final class SerializedStatus {

    private static final byte[] FRESH = ascii("false");
    private static final byte[] STALE = ascii("true");
    private static final byte[] POLL_AFTER = ascii(",\"pollAfterMs\":");
    private static final byte[] NOTHING = {};
    private static final byte END = '}';

    private final byte[] start;

    /** The header {@code ETag} while the status is fresh. */
    private final CharSequence freshTag;

    private SerializedStatus(byte[] start, CharSequence freshTag) {
        this.start = start;
        this.freshTag = freshTag;
    }

    /**
     * Returns the serialized form of a status.
     *
     * @param json the complete body of a fresh status without {@code pollAfterMs}
     * @param tag the opaque part of its entity tag while it is fresh
     */
    static SerializedStatus of(byte[] json, String tag) {
        int end = json.length - FRESH.length - 1;
        if (end < 0
                || json[json.length - 1] != END
                || !Arrays.equals(json, end, json.length - 1, FRESH, 0, FRESH.length)) {
            throw new IllegalArgumentException("the last member of a fresh status must be \"stale\":false");
        }
        return new SerializedStatus(Arrays.copyOf(json, end), EntityTags.weak(tag));
    }

    /** Returns the opaque part of the entity tag. */
    public String tag(boolean stale) {
        String fresh = EntityTags.opaqueOf(freshTag);
        return stale ? EntityTags.stale(fresh) : fresh;
    }

    /** Returns the header {@code ETag}. */
    CharSequence header(boolean stale) {
        return stale ? EntityTags.weak(tag(true)) : freshTag;
    }

    /** Returns whether the entity tag is among those of {@code If-None-Match}. */
    boolean matches(List<String> ifNoneMatch, boolean stale) {
        if (ifNoneMatch.isEmpty()) {
            return false;
        }
        // Clients send the tag as they received it.
        boolean same = !stale && ifNoneMatch.size() == 1 && ifNoneMatch.get(0).contentEquals(freshTag);
        return same || EntityTags.matches(ifNoneMatch, tag(stale));
    }

    /** Returns the JSON. */
    public Buffer body(boolean stale, @Nullable Long pollAfterMs) {
        byte[] staleness = stale ? STALE : FRESH;
        byte[] name = pollAfterMs == null ? NOTHING : POLL_AFTER;
        byte[] number = pollAfterMs == null ? NOTHING : ascii(Long.toString(pollAfterMs));
        byte[] body = Arrays.copyOf(start, start.length + staleness.length + name.length + number.length + 1);
        int end = append(body, start.length, staleness);
        end = append(body, end, name);
        end = append(body, end, number);
        body[end] = END;
        return Buffer.buffer(body);
    }

    private static int append(byte[] body, int position, byte[] part) {
        System.arraycopy(part, 0, body, position, part.length);
        return position + part.length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
