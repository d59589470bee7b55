package dev.rodingateway.api.log;

import dev.rodingateway.api.edge.Cors;
import dev.rodingateway.api.edge.ProblemCode;
import dev.rodingateway.api.edge.TaskPath;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.telemetry.HttpMethods;
import dev.rodingateway.telemetry.HttpRoute;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs one line for each request when it has ended, if enabled. Its fields are the line's MDC, so that they are fields
 * of the JSON as well. None of them holds text of a caller, except a request id that {@link RequestIds} has accepted.
 */
@Singleton
public final class RequestLog {

    private static final String NAME = "dev.rodingateway.requests";
    private static final String PROBLEM = RequestLog.class.getName() + ".problem";
    private static final String CACHE = "rodin-gateway; ";

    private final Logger log = Logger.getLogger(NAME);
    private final RequestLogConfig config;

    @Inject
    RequestLog(RequestLogConfig config) {
        this.config = config;
    }

    /** After {@link RequestIds} and before {@link Cors}, whose rejections and preflight responses are logged, too. */
    void register(@Observes @Priority(2) Router router) {
        if (config.requestLog()) {
            router.route().order(Integer.MIN_VALUE).handler(request -> {
                long begun = System.nanoTime();
                request.addEndHandler(end -> log(request, System.nanoTime() - begun, end.succeeded()));
                request.next();
            });
        }
    }

    /** Records the problem that a request is answered with, for its log line. */
    public static void problem(RoutingContext request, ProblemCode code) {
        request.put(PROBLEM, code.code());
    }

    private void log(RoutingContext routed, long nanos, boolean complete) {
        HttpServerRequest request = routed.request();
        HttpServerResponse response = routed.response();
        String method = HttpMethods.known(request.method().name());
        String route = request.path() == null ? HttpRoute.OTHER.template() : TaskPath.template(request.path());
        String status = Integer.toString(response.getStatusCode());
        ExtLogRecord line = new ExtLogRecord(Level.INFO, method + " " + route + " " + status, NAME);
        line.setLoggerName(NAME);
        put(line, "requestId", RequestIds.of(response));
        put(line, "method", method);
        put(line, "route", route);
        put(line, "status", status);
        put(line, "problem", routed.get(PROBLEM));
        put(line, "durationMs", Double.toString(TimeUnit.NANOSECONDS.toMicros(nanos) / 1000.0));
        put(line, "cache", cacheResult(response.headers().get("Cache-Status")));
        put(line, "keyFingerprint", fingerprint(request.path()));
        put(line, "aborted", complete ? null : "true");
        log.log(line);
    }

    private static void put(ExtLogRecord line, String field, @Nullable String value) {
        if (value != null) {
            line.putMdc(field, value);
        }
    }

    /** Returns the value of {@code Cache-Status} without the name of the cache, such as {@code hit; ttl=1}. */
    private static @Nullable String cacheResult(@Nullable String cacheStatus) {
        return cacheStatus == null || !cacheStatus.startsWith(CACHE) ? null : cacheStatus.substring(CACHE.length());
    }

    private static @Nullable String fingerprint(@Nullable String path) {
        TaskKey key = path == null ? null : TaskPath.key(path);
        return key == null ? null : key.fingerprint();
    }
}
