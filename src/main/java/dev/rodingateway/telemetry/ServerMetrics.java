package dev.rodingateway.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.micrometer.runtime.export.exemplars.OpenTelemetryContextUnwrapper;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.metrics.MetricsOptions;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Has {@link HttpServerMeters} record the HTTP servers, and Quarkus everything else of Vert.x. */
@Singleton
final class ServerMetrics implements VertxOptionsCustomizer {

    private final Provider<MeterRegistry> meters;
    private final Provider<OpenTelemetryContextUnwrapper> traces;
    private final boolean untraced;

    @Inject
    ServerMetrics(
            Provider<MeterRegistry> meters,
            Provider<OpenTelemetryContextUnwrapper> traces,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean untraced) {
        this.meters = meters;
        this.traces = traces;
        this.untraced = untraced;
    }

    @Override
    @SuppressWarnings(
            "deprecation") // the builder of Vert.x, which replaces setFactory, is not accessible to applications
    public void accept(VertxOptions vertx) {
        MetricsOptions quarkus = vertx.getMetricsOptions();
        if (quarkus.isEnabled()) {
            vertx.setMetricsOptions(new MetricsOptions()
                    .setEnabled(true)
                    .setFactory(options -> new VertxMeters(quarkus.getFactory().metrics(options), this::forServer)));
        }
    }

    private HttpServerMeters forServer(HttpServerOptions server) {
        MeterRegistry registry = meters.get();
        return new HttpServerMeters(registry, new RequestTimers(registry), server, untraced ? null : traces.get());
    }
}
