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
 * Lets pages of configured origins read responses. The framework's own filter would reject other origins with an empty
 * body, log their paths, and omit {@code Vary}. Created at its first use, because the configuration is not available yet when
 * resources are created.
 */
@ApplicationScoped
public final class Cors {

    private static final int PREFLIGHT_SECONDS = 3600;

    /**
     * Request headers that pages may send. The last two rows are added by tracing libraries: W3C, Zipkin, Sentry, New
     * Relic and Datadog.
     */
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

    /** Returns the header {@code Vary} of a response that varies by this request header. */
    public String vary(String header) {
        return origins.isEmpty() ? header : header + ", Origin";
    }

    /** Before {@link RequestGuard}, whose responses need CORS headers, too. */
    void register(@Observes @Priority(4) Router router) {
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
     * Browsers send {@code Origin} with a POST even from the gateway's own origin, or that of the proxy before it. A
     * false positive does no harm: without CORS headers in the response, its page cannot read it.
     */
    private static boolean isFromOwnPage(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        HostAndPort authority = request.authority();
        boolean sameHost = origin != null
                && authority != null
                && (origin.equals("http://" + authority) || origin.equals("https://" + authority));
        return sameHost || "same-origin".equals(request.getHeader("Sec-Fetch-Site"));
    }
}
