package dev.rodingateway.rodin.connection;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides after which responses a connection may carry another request. */
public final class KeepAlive {

    /** Shorter than the minute after which servers and their proxies drop idle connections. */
    public static final int IDLE_SECONDS = 20;

    /** No content, reset content, not modified: a body after one of these looks like the next response. */
    private static final Set<Integer> WITHOUT_BODY = Set.of(204, 205, 304);

    private static final String KEEP_ALIVE = "Keep-Alive";

    private static final Pattern TIMEOUT =
            Pattern.compile("(?:.*,)?\\s*timeout\\s*=\\s*([0-9]{1,9})\\s*(?:,.*)?", Pattern.CASE_INSENSITIVE);

    private KeepAlive() {}

    /**
     * Adjusts the head of a response, by which Vert.x decides whether to keep the connection and for how long.
     *
     * @param regular whether nothing irregular has happened on the connection so far
     */
    static void adjust(HttpResponse head, boolean regular) {
        HttpHeaders headers = head.headers();
        int seconds = idleSeconds(headers.getAll(KEEP_ALIVE));
        if (seconds >= IDLE_SECONDS) {
            headers.remove(KEEP_ALIVE);
        }
        if (!regular || seconds == 0 || !isReusableAfter(head)) { // for Vert.x, an idle time of 0 means no limit
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    /** Returns whether the end of the response is unambiguous and the server does not close the connection. */
    private static boolean isReusableAfter(HttpResponse head) {
        return head.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && head.status().codeClass() != HttpStatusClass.UNKNOWN
                && !WITHOUT_BODY.contains(head.status().code())
                && !head.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true)
                && hasDefiniteLength(head.headers());
    }

    private static boolean hasDefiniteLength(HttpHeaders headers) {
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        int lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH).size();
        return codings.isEmpty()
                ? lengths == 1
                : lengths == 0
                        && codings.size() == 1
                        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                                codings.get(0).trim());
    }

    /** Returns how long the server announces to keep an idle connection, or our own limit if it does not. */
    private static int idleSeconds(List<String> keepAlive) {
        Matcher timeout = TIMEOUT.matcher(String.join(",", keepAlive));
        return timeout.matches() ? Integer.parseInt(timeout.group(1)) : IDLE_SECONDS;
    }
}
