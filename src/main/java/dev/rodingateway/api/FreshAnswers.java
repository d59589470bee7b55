package dev.rodingateway.api;

import dev.rodingateway.api.edge.Cors;
import dev.rodingateway.api.edge.RequestGuard;
import dev.rodingateway.api.response.StatusResponses;
import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.TaskStatuses;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Answers the usual look-up, a GET of a task whose cached status is fresh, without the REST framework, which costs as much
 * again as everything else (bench/README.md). Every other request is passed on to {@link TaskStatusResource}; both find the
 * status by {@link TaskStatuses} and write it by {@link StatusResponses}.
 */
@Singleton
public final class FreshAnswers {

    private static final String BEFORE_KEY = "/tasks/";
    private static final String AFTER_KEY = "/status";
    private static final CharSequence PREFER = HttpHeaders.createOptimized("Prefer");

    /** Where the framework's tracing looks for the route of a request, by which it names the span. */
    private static final String ROUTE_OF_SPAN = "UrlPathTemplate";

    private final TaskStatuses statuses;
    private final StatusResponses responses;
    private final boolean traced;

    @Inject
    FreshAnswers(
            TaskStatuses statuses,
            StatusResponses responses,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean untraced) {
        this.statuses = statuses;
        this.responses = responses;
        this.traced = !untraced;
    }

    /**
     * Registers the handler after those that apply to the resources, too: {@link Cors}, {@link RequestGuard}, the access log,
     * and the headers that an operator has configured for every response.
     */
    void register(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE + 1).handler(this::handle);
    }

    private void handle(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        LookupResult answer = isPlainGet(request) ? fresh(request.path()) : null;
        if (answer == null) {
            routing.next();
            return;
        }
        if (traced) {
            ((HttpServerRequestInternal) request).context().putLocal(ROUTE_OF_SPAN, TaskStatusResource.PATH);
        }
        HttpServerResponse response = request.response();
        Buffer body = responses.write(answer, ifNoneMatch(request.headers()), response.headers());
        if (body == null) {
            response.setStatusCode(304).end();
        } else {
            response.end(body);
        }
    }

    private static List<String> ifNoneMatch(MultiMap headers) {
        return headers.contains(HttpHeaders.IF_NONE_MATCH) ? headers.getAll(HttpHeaders.IF_NONE_MATCH) : List.of();
    }

    private static boolean isPlainGet(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET)
                && !request.headers().contains(PREFER)
                && acceptsJson(request.headers().get(HttpHeaders.ACCEPT));
    }

    /** Returns whether the header clearly accepts JSON; any other value is left to the resource to negotiate. */
    private static boolean acceptsJson(@Nullable String accept) {
        return accept == null
                || accept.equals("*/*")
                || accept.equals(StatusResponses.MEDIA_TYPE)
                || accept.startsWith(StatusResponses.MEDIA_TYPE + ",");
    }

    private @Nullable LookupResult fresh(@Nullable String path) {
        if (path == null || !path.startsWith(BEFORE_KEY) || !path.endsWith(AFTER_KEY)) {
            return null;
        }
        int end = path.length() - AFTER_KEY.length();
        return end <= BEFORE_KEY.length() ? null : fresh(path, end);
    }

    private @Nullable LookupResult fresh(String path, int end) {
        try {
            return statuses.fresh(new TaskKey(path.substring(BEFORE_KEY.length(), end)));
        } catch (LookupFailure illFormed) {
            // Percent-encoded, or no valid key: the resource decides which.
            return null;
        }
    }
}
