package dev.rodingateway.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.quarkus.micrometer.runtime.binder.vertx.NetworkMetrics;
import io.quarkus.micrometer.runtime.export.exemplars.OpenTelemetryContextUnwrapper;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.core.spi.observability.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Records the requests of one server under the names that Quarkus' own recorder uses, which this replaces. Requests for the
 * framework's own paths are not recorded.
 */
final class HttpServerMeters extends NetworkMetrics
        implements HttpServerMetrics<HttpServerMeters.Exchange, Void, LongTaskTimer.Sample> {

    private final RequestTimers timers;
    private final LongAdder active = new LongAdder();

    /** Null where no exemplars are recorded. */
    private final @Nullable OpenTelemetryContextUnwrapper traces;

    /**
     * Creates the meters of a server.
     *
     * @param traces makes the trace of a request current for exemplars; null if requests are not traced
     */
    HttpServerMeters(
            MeterRegistry meters,
            RequestTimers timers,
            HttpServerOptions server,
            @Nullable OpenTelemetryContextUnwrapper traces) {
        super(
                meters,
                portOf(server),
                "http.server",
                "Number of bytes received by the server",
                "Number of bytes sent by the server",
                "The duration of the connections",
                "Number of opened connections to the HTTP Server");
        this.timers = timers;
        this.traces = traces;
        Gauge.builder("http.server.active.requests", active, LongAdder::sum)
                .tags(portOf(server).and("url.scheme", server.isSsl() ? "https" : "http"))
                .register(meters);
    }

    private static Tags portOf(HttpServerOptions server) {
        return server.getPort() > 0 ? Tags.of("server.port", Integer.toString(server.getPort())) : Tags.empty();
    }

    @Override
    public Exchange requestBegin(LongTaskTimer.Sample connection, HttpRequest request) {
        active.increment();
        return new Exchange(request, System.nanoTime());
    }

    @Override
    public void responseEnd(Exchange exchange, HttpResponse response, long bytesWritten) {
        end(exchange, response.statusCode());
    }

    @Override
    public void requestReset(Exchange exchange) {
        end(exchange, RequestTimers.RESET);
    }

    /** Tracing names the spans of requests that no REST resource handles by this route. */
    @Override
    public void requestRouted(Exchange exchange, @Nullable String route) {
        if (traces != null && route != null) {
            ((HttpServerRequestInternal) exchange.request).context().putLocal("VertxRoute", route);
        }
    }

    /** Vert.x reports the end of a request twice if its caller disconnects before the response has ended. */
    private void end(Exchange exchange, int status) {
        if (!exchange.end()) {
            return;
        }
        active.decrement();
        HttpServerRequestInternal request = (HttpServerRequestInternal) exchange.request;
        HttpRoute route = HttpRoute.of(request.path());
        if (route == HttpRoute.FRAMEWORK || route == HttpRoute.API_DESCRIPTION) {
            return;
        }
        long nanos = System.nanoTime() - exchange.begunNanos;
        Timer timer = timers.of(request.method().name(), route, status);
        if (traces == null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        } else {
            traces.executeInContext(
                    recorder -> {
                        recorder.record(nanos, TimeUnit.NANOSECONDS);
                        return recorder;
                    },
                    timer,
                    request.context());
        }
    }

    /** A request that has begun. Used by the event loop of its connection only. */
    static final class Exchange {

        private final HttpRequest request;
        private final long begunNanos;
        private boolean ended;

        Exchange(HttpRequest request, long begunNanos) {
            this.request = request;
            this.begunNanos = begunNanos;
        }

        /** Ends it; returns whether this is the first time. */
        private boolean end() {
            boolean first = !ended;
            ended = true;
            return first;
        }
    }
}
