package dev.rodingateway.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.quarkus.micrometer.runtime.export.exemplars.OpenTelemetryContextUnwrapper;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.metrics.MetricsOptions;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Registers {@link HttpServerMeters} for HTTP servers, and Quarkus' own meters for everything else in Vert.x. */
@Singleton
final class ServerMetrics implements VertxOptionsCustomizer {

    private final Provider<OpenTelemetryContextUnwrapper> traces;
    private final boolean untraced;

    @Inject
    ServerMetrics(
            Provider<OpenTelemetryContextUnwrapper> traces,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean untraced) {
        this.traces = traces;
        this.untraced = untraced;
    }

    @Override
    @SuppressWarnings(
            "deprecation") // the builder of Vert.x, which replaces setFactory, is not accessible to applications
    public void accept(VertxOptions vertx) {
        MetricsOptions quarkus = vertx.getMetricsOptions();
        if (quarkus.isEnabled()) {
            OpenTelemetryContextUnwrapper unwrapper = untraced ? null : traces.get();
            vertx.setMetricsOptions(new MetricsOptions()
                    .setEnabled(true)
                    .setFactory(options -> new VertxMeters(
                            quarkus.getFactory().metrics(options), server -> forServer(server, unwrapper))));
        }
    }

    /** Uses no bean: when a port is in use, a server may be created while the application already stops. */
    private static HttpServerMeters forServer(
            HttpServerOptions server, @Nullable OpenTelemetryContextUnwrapper unwrapper) {
        MeterRegistry registry = Metrics.globalRegistry;
        return new HttpServerMeters(registry, new RequestTimers(registry), server, unwrapper);
    }
}
