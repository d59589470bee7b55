package dev.rodingateway.shared.script;

import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a reply. Reading an element that is absent or of another type throws an
 * {@link IllegalArgumentException}.
 */
public final class Reply {

    private final Response response;

    private Reply(Response response) {
        this.response = response;
    }

    /** Wraps a reply that is a list. */
    public static Reply of(@Nullable Response response) {
        if (response == null) {
            throw new IllegalArgumentException("no reply");
        }
        return new Reply(response);
    }

    public int size() {
        return response.size();
    }

    public long number(int index) {
        return Long.parseLong(text(index));
    }

    public String text(int index) {
        Response element = index < response.size() ? response.get(index) : null;
        String text = element == null ? null : element.toString();
        if (text == null) {
            throw new IllegalArgumentException("no element " + index);
        }
        return text;
    }

    /** Returns an element that is a list itself. */
    public Reply list(int index) {
        return of(index < response.size() ? response.get(index) : null);
    }
}
