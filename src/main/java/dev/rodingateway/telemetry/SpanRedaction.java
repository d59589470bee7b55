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
 * Removes what callers send from spans: a path contains the task key, and a query may. The resource is still identified by
 * {@code http.route}.
 */
@Singleton
public final class SpanRedaction implements SpanProcessor {

    private static final String REDACTED = "REDACTED";
    private static final List<AttributeKey<String>> SENT_BY_CALLERS =
            List.of(UrlAttributes.URL_PATH, UrlAttributes.URL_QUERY, UrlAttributes.URL_FULL);

    /** Overwrites the attributes, because an attribute cannot be removed from a span. */
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        for (AttributeKey<String> attribute : SENT_BY_CALLERS) {
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
