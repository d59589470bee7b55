package dev.rodingateway.telemetry;

import io.prometheus.client.exemplars.ExemplarSampler;
import io.quarkus.micrometer.runtime.export.exemplars.OpentelemetryExemplarSamplerProvider;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Records exemplars only if requests are traced; without traces the search for one would cost each request time. */
final class Exemplars {

    private Exemplars() {}

    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    static Optional<ExemplarSampler> sampler(@ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean untraced) {
        return untraced ? Optional.empty() : new OpentelemetryExemplarSamplerProvider().exemplarSampler();
    }
}
