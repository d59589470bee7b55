package dev.rodingateway.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The timers of {@code http.server.requests}, one for each method, route and status. Each is registered by the first request
 * that needs it and found by array index from then on: building tags and searching the registry for each request took
 * almost a quarter of the native executable's throughput.
 */
final class RequestTimers {

    /** The status of a request whose response was not sent completely. */
    static final int RESET = 0;

    private static final int FIRST_STATUS = 100;
    private static final int STATUSES = 500;

    private final MeterRegistry meters;

    /** By route, method and status; the last are made for the methods that occur. */
    private final Map<HttpRoute, AtomicReferenceArray<@Nullable AtomicReferenceArray<Timer>>> timers =
            new EnumMap<>(HttpRoute.class);

    RequestTimers(MeterRegistry meters) {
        this.meters = meters;
        for (HttpRoute route : HttpRoute.values()) {
            timers.put(route, new AtomicReferenceArray<>(HttpMethods.count()));
        }
    }

    /** Returns the timer of a response's status, or of {@link #RESET}. */
    Timer of(String method, HttpRoute route, int status) {
        int methodIndex = HttpMethods.index(method);
        int statusIndex = Math.max(0, Math.min(STATUSES, status - FIRST_STATUS + 1));
        AtomicReferenceArray<Timer> byStatus = byStatus(route, methodIndex);
        Timer timer = byStatus.get(statusIndex);
        if (timer == null) {
            // Concurrent registrations return the same timer.
            timer = register(HttpMethods.known(methodIndex), route, status);
            byStatus.set(statusIndex, timer);
        }
        return timer;
    }

    private AtomicReferenceArray<Timer> byStatus(HttpRoute route, int methodIndex) {
        AtomicReferenceArray<@Nullable AtomicReferenceArray<Timer>> byMethod =
                Objects.requireNonNull(timers.get(route));
        AtomicReferenceArray<Timer> found = byMethod.get(methodIndex);
        if (found != null) {
            return found;
        }
        AtomicReferenceArray<Timer> made = new AtomicReferenceArray<>(STATUSES + 1);
        return byMethod.compareAndSet(methodIndex, null, made)
                ? made
                : Objects.requireNonNull(byMethod.get(methodIndex));
    }

    private Timer register(String method, HttpRoute route, int status) {
        return Timer.builder("http.server.requests")
                .description("HTTP server request processing time")
                .tag("method", method)
                .tag("uri", uri(route, status))
                .tag(
                        "outcome",
                        status == RESET
                                ? Outcome.CLIENT_ERROR.name()
                                : Outcome.forStatus(status).name())
                .tag("status", status == RESET ? "RESET" : Integer.toString(status))
                .register(meters);
    }

    private static String uri(HttpRoute route, int status) {
        if (route == HttpRoute.ROOT) {
            return "root";
        }
        if (!route.isParameterized() && status == 404) {
            return "NOT_FOUND";
        }
        return !route.isParameterized() && status / 100 == 3 ? "REDIRECTION" : route.template();
    }
}
