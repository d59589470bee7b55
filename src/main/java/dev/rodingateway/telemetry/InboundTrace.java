package dev.rodingateway.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Extracts the trace context of incoming requests and injects none into outgoing ones. */
record InboundTrace(TextMapPropagator callers) implements TextMapPropagator {

    @Override
    public Collection<String> fields() {
        return callers.fields();
    }

    @Override
    public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {}

    @Override
    public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
        return callers.extract(context, carrier, getter);
    }
}
