package dev.rodingateway.telemetry;

import io.opentelemetry.context.propagation.TextMapPropagator;
import io.quarkus.opentelemetry.runtime.propagation.TextMapPropagatorCustomizer;
import jakarta.inject.Singleton;

/** Continues the traces of callers without sending trace headers to Rodin, a third party. */
@Singleton
final class UntracedRodin implements TextMapPropagatorCustomizer {

    @Override
    public TextMapPropagator customize(Context context) {
        return new InboundTrace(context.propagator());
    }
}
