package dev.rodingateway.api;

import dev.rodingateway.api.edge.Cors;
import dev.rodingateway.api.edge.RequestGuard;
import dev.rodingateway.api.response.EntityTags;
import dev.rodingateway.api.response.SerializedStatus;
import dev.rodingateway.api.response.StatusResponses;
import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.TaskStatuses;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import io.quarkus.micrometer.runtime.binder.vertx.HttpRequestMetric;
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
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * A short cut for the look-ups that are nearly all there are: a plain GET of what is known and fresh is answered before it
 * gets to {@link TaskStatusResource}, and exactly as there. Whatever is not as plain as can be goes the long way. It is
 * here for its speed alone; bench/RESULTS.md has the long way beside it.
 */
@Singleton
public final class FreshAnswers {

    private static final String BEFORE_KEY = "/tasks/";
    private static final String AFTER_KEY = "/status";
    private static final CharSequence CONTENT_TYPE = HttpHeaders.createOptimized("Content-Type");
    private static final CharSequence PREFER = HttpHeaders.createOptimized("Prefer");

    private final TaskStatuses statuses;
    private final StatusResponses answers;
    private final boolean traced;

    @Inject
    FreshAnswers(
            TaskStatuses statuses,
            StatusResponses answers,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean untraced) {
        this.statuses = statuses;
        this.answers = answers;
        this.traced = !untraced;
    }

    /**
     * After all that stands before the resources too: {@link Cors}, {@link RequestGuard}, the access log, and the headers
     * that an operator has put on every answer. Where spans are recorded the resource names them.
     */
    void stand(@Observes Router router) {
        if (!traced) {
            router.route().order(Integer.MIN_VALUE + 1).handler(this::answer);
        }
    }

    private void answer(RoutingContext request) {
        LookupResult answer =
                isPlain(request.request()) ? fresh(request.request().path()) : null;
        if (answer == null) {
            request.next();
        } else {
            send(request.request(), answer);
        }
    }

    private static boolean isPlain(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET)
                && !request.headers().contains(PREFER)
                && takesJson(request.getHeader(HttpHeaders.ACCEPT));
    }

    /** Returns whether it is plain to see; whether the rest do is for the resource to tell. */
    private static boolean takesJson(@Nullable String accept) {
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
        } catch (LookupFailure notPlain) {
            // Percent-encoded, or no key at all: for the resource to tell.
            return null;
        }
    }

    private void send(HttpServerRequest request, LookupResult answer) {
        if (((HttpServerRequestInternal) request).metric() instanceof HttpRequestMetric metric) {
            metric.setTemplatePath(TaskStatusResource.PATH);
        }
        SerializedStatus written = answers.written(answer);
        String tag = written.tag(answer.stale());
        Long pollAfterMs = answers.pollAfterMs(answer);
        HttpServerResponse response = request.response();
        response.putHeader(CONTENT_TYPE, StatusResponses.MEDIA_TYPE);
        answers.headers(answer, tag, pollAfterMs, response::putHeader);
        if (EntityTags.matches(request.headers().getAll(HttpHeaders.IF_NONE_MATCH), tag)) {
            response.setStatusCode(304).end();
        } else {
            response.end(written.body(answer.stale(), pollAfterMs));
        }
    }
}
