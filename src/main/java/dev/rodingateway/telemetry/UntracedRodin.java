package dev.rodingateway.telemetry;

import io.opentelemetry.context.propagation.TextMapPropagator;
import io.quarkus.opentelemetry.runtime.propagation.TextMapPropagatorCustomizer;
import jakarta.inject.Singleton;

/** Takes a trace up from our callers and tells Rodin, a third party, nothing of it. */
@Singleton
final class UntracedRodin implements TextMapPropagatorCustomizer {

    @Override
    public TextMapPropagator customize(Context context) {
        return new InboundTrace(context.propagator());
    }
}
