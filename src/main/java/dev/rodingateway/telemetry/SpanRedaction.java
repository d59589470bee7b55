package dev.rodingateway.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.semconv.UrlAttributes;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Keeps what callers write out of traces: a path holds the task key, and a query may. Which resource a request was for is
 * told by the route, {@code http.route}.
 */
@Singleton
public final class SpanRedaction implements SpanProcessor {

    private static final String REDACTED = "REDACTED";
    private static final List<AttributeKey<String>> WRITTEN_BY_CALLERS =
            List.of(UrlAttributes.URL_PATH, UrlAttributes.URL_QUERY, UrlAttributes.URL_FULL);

    /** Overwrites what is there: an attribute cannot be taken from a span. */
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        for (AttributeKey<String> attribute : WRITTEN_BY_CALLERS) {
            if (span.getAttribute(attribute) != null) {
                span.setAttribute(attribute, REDACTED);
            }
        }
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
        return false;
    }
}
