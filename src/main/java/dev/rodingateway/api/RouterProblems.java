package dev.rodingateway.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Speaks the problems of requests that never reach a resource: the server would answer them without a body. */
@Singleton
final class RouterProblems {

    private static final Logger LOG = Logger.getLogger(RouterProblems.class);

    private final ObjectMapper json;
    private final long maxBodySize;

    @Inject
    RouterProblems(
            ObjectMapper json, @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize maxBodySize) {
        this.json = json;
        this.maxBodySize = maxBodySize.asLongValue();
    }

    /** Comes before all else: the next route to match by path would stumble over a broken one. */
    void stand(@Observes Router router) {
        router.route()
                .order(Integer.MIN_VALUE)
                .handler(this::refuseWhatNoResourceShallSee)
                .failureHandler(this::speakForTheRouter);
    }

    private void refuseWhatNoResourceShallSee(RoutingContext request) {
        ProblemCode refusal = refusal(request.request());
        if (refusal == null) {
            request.next();
        } else {
            send(request, refusal);
        }
    }

    /** The framework's own failure handler would log the path, and with it the key. */
    private void speakForTheRouter(RoutingContext request) {
        ProblemCode code = ProblemCode.ofHttpStatus(request.statusCode());
        if (code == ProblemCode.INTERNAL_ERROR) {
            LOG.error("A request ended in an unexpected failure", request.failure());
        }
        send(request, code);
    }

    private @Nullable ProblemCode refusal(HttpServerRequest request) {
        String path = request.path();
        if (path != null && !RawPath.isSound(path)) {
            return RawPath.ofTask(path) ? ProblemCode.INVALID_KEY : ProblemCode.INVALID_REQUEST;
        }
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && exceedsLimit(length) ? ProblemCode.PAYLOAD_TOO_LARGE : null;
    }

    private boolean exceedsLimit(String contentLength) {
        try {
            return Long.parseLong(contentLength) > maxBodySize;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private void send(RoutingContext request, ProblemCode code) {
        HttpServerResponse response = request.response();
        if (response.ended()) {
            return;
        }
        try {
            if (code == ProblemCode.PAYLOAD_TOO_LARGE) {
                // The rest of the body is not worth reading.
                response.putHeader(HttpHeaders.CONNECTION, "close");
            }
            String body = json.writeValueAsString(Problem.of(code, null));
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
