package dev.rodingateway.api.edge;

import dev.rodingateway.settings.InvalidSetting;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.CorsHandler;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;

/**
 * Lets pages of other origins read the answers, where that is set. The framework's own filter would answer those that may
 * not with an empty body, log their paths, and not tell caches that answers vary. It is made when first used, for settings
 * are not there yet when resources are.
 */
@ApplicationScoped
public final class Cors {

    private static final int PREFLIGHT_SECONDS = 3600;

    /** The last two rows are what tracing libraries add to each request: W3C, Zipkin, Sentry, New Relic and Datadog. */
    private static final Set<String> SENT = Set.of(
            "Accept",
            "Authorization",
            "Cache-Control",
            "Content-Type",
            "If-None-Match",
            "Last-Event-ID",
            "Prefer",
            "X-Request-Id",
            "X-Requested-With",
            "traceparent",
            "tracestate",
            "baggage",
            "b3",
            "sentry-trace",
            "newrelic",
            "x-datadog-origin",
            "x-datadog-parent-id",
            "x-datadog-sampling-priority",
            "x-datadog-trace-id");

    private static final Set<String> READ =
            Set.of("Age", "Cache-Status", "ETag", "Preference-Applied", "Retry-After", "X-Request-Id");
    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST);

    private final List<String> origins;

    @Inject
    public Cors(CorsConfig config) {
        this.origins = config.origins().orElse(List.of());
        if (origins.contains("*") && origins.size() > 1) {
            throw new InvalidSetting(
                    "GATEWAY_CORS_ORIGINS has * beside other origins: * alone, or a comma-separated list"
                            + " of origins, such as https://app.example.com, is expected.");
        }
    }

    /** Returns the header {@code Vary} of an answer that varies by the request header named. */
    public String vary(String header) {
        return origins.isEmpty() ? header : header + ", Origin";
    }

    /** Before {@link RequestGuard}, whose answers are to be read as well. */
    void stand(@Observes @Priority(4) Router router) {
        if (origins.isEmpty()) {
            return;
        }
        CorsHandler others = CorsHandler.create()
                .addOrigins(origins)
                .allowedMethods(METHODS)
                .allowedHeaders(SENT)
                .exposedHeaders(READ)
                .maxAgeSeconds(PREFLIGHT_SECONDS);
        router.route().order(Integer.MIN_VALUE).handler(request -> {
            if (isFromOwnPage(request.request())) {
                request.next();
            } else {
                others.handle(request);
            }
        });
    }

    /**
     * Browsers name the origin with a POST even where it is the gateway's own, or that of the proxy before it. Taking
     * another for it would not matter: its page may read nothing, for nothing in the answer says so.
     */
    private static boolean isFromOwnPage(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        HostAndPort asked = request.authority();
        boolean sameHost = origin != null
                && asked != null
                && (origin.equals("http://" + asked) || origin.equals("https://" + asked));
        return sameHost || "same-origin".equals(request.getHeader("Sec-Fetch-Site"));
    }
}
