package dev.rodingateway.api.edge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.api.KeyList;
import dev.rodingateway.api.log.RequestIds;
import dev.rodingateway.api.log.RequestLog;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Writes problem responses for requests rejected before routing, which the server would answer without a body. */
@Singleton
public final class RequestGuard {

    private static final Logger LOG = Logger.getLogger(RequestGuard.class);

    /** A key has up to 2048 characters, each of which may come percent-encoded: 6144, and the rest of the target. */
    private static final int LONGEST_URI = 16 * 1024;

    /** In characters. The server accepts somewhat more of either, so that the response can be a problem document. */
    private static final int LONGEST_HEADERS = 20 * 1024;

    private final ObjectMapper json;

    @Inject
    RequestGuard(ObjectMapper json) {
        this.json = json;
    }

    /**
     * Registers the handlers before all other routes, because any route that matches by path would fail on a malformed
     * path.
     */
    void register(@Observes Router router) {
        router.route()
                .order(Integer.MIN_VALUE)
                .handler(this::rejectInvalidRequests)
                .failureHandler(this::handleRoutingFailure);
    }

    private void rejectInvalidRequests(RoutingContext request) {
        ProblemCode rejection = rejection(request.request());
        if (rejection == null) {
            request.next();
        } else {
            send(request, rejection);
        }
    }

    /** Replaces the framework's own failure handler, which would log the path and with it the key. */
    private void handleRoutingFailure(RoutingContext request) {
        if (request.response().ended()) {
            // The framework has answered a chunked body that is far too large.
            return;
        }
        ProblemCode code = ProblemCode.ofHttpStatus(request.statusCode());
        if (code == ProblemCode.INTERNAL_ERROR) {
            RequestIds.addToLog(request.response());
            LOG.error("A request ended in an unexpected failure", request.failure());
        }
        send(request, code);
    }

    private static @Nullable ProblemCode rejection(HttpServerRequest request) {
        if (request.uri().length() > LONGEST_URI) {
            return ProblemCode.URI_TOO_LONG;
        }
        if (sizeOf(request.headers()) > LONGEST_HEADERS) {
            return ProblemCode.REQUEST_HEADER_FIELDS_TOO_LARGE;
        }
        String path = request.path();
        ProblemCode ofPath = path == null ? null : RawPath.problem(path);
        if (ofPath != null) {
            return ofPath;
        }
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && exceedsLimit(length) ? ProblemCode.PAYLOAD_TOO_LARGE : null;
    }

    private static int sizeOf(MultiMap headers) {
        int size = 0;
        for (Map.Entry<String, String> header : headers) {
            size += header.getKey().length() + header.getValue().length();
        }
        return size;
    }

    private static boolean exceedsLimit(String contentLength) {
        try {
            return Long.parseLong(contentLength) > KeyList.LONGEST_BODY;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private void send(RoutingContext request, ProblemCode code) {
        HttpServerResponse response = request.response();
        RequestLog.problem(request, code);
        try {
            String body = json.writeValueAsString(Problem.of(code, null, RequestIds.of(response)));
            response.setStatusCode(code.httpStatus())
                    .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .end(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem can always be written", e);
        }
    }
}
