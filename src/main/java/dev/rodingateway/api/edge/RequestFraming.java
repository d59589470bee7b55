package dev.rodingateway.api.edge;

import dev.rodingateway.api.log.RequestObserver;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks where an HTTP/1.1 request ends, and for which host it is (RFC 9112, sections 3.2 and 6). The server's decoder
 * accepts some requests that another server, such as a proxy in front of this one, would parse as a different request
 * or as two (request smuggling).
 */
public final class RequestFraming {

    /** No valid header has this name. {@link RequestObserver} adds it to requests of unsupported versions. */
    public static final CharSequence EMPTY_NAME = HttpHeaders.createOptimized("");

    private static final String CHUNKED = "chunked";
    private static final String AUTHORITY_CHARACTERS = "-._~%!$&'()*+,;=:[]";

    private RequestFraming() {}

    /**
     * Returns whether the request is unambiguous: one {@code Host} (in HTTP/1.0 at most one), no header without a name,
     * and no transfer coding but one {@code chunked}.
     */
    public static boolean isUnambiguous(HttpServerRequest request) {
        MultiMap headers = request.headers();
        return hasValidHost(request.version(), headers.getAll(HttpHeaders.HOST))
                && hasValidCoding(headers)
                && !headers.contains(EMPTY_NAME);
    }

    /** Returns whether the headers announce a body, however short. */
    public static boolean announcesBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return (length != null && !length.equals("0")) || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private static boolean hasValidHost(HttpVersion version, List<String> hosts) {
        if (hosts.size() != 1) {
            return hosts.isEmpty() && version == HttpVersion.HTTP_1_0;
        }
        String host = hosts.get(0);
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
            if (!alphanumeric && AUTHORITY_CHARACTERS.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasValidCoding(MultiMap headers) {
        @Nullable String coding = headers.get(HttpHeaders.TRANSFER_ENCODING);
        return coding == null
                || (coding.equalsIgnoreCase(CHUNKED)
                        && headers.getAll(HttpHeaders.TRANSFER_ENCODING).size() == 1);
    }
}
