package dev.rodingateway.telemetry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;

/**
 * Keeps what callers write out of the labels of HTTP metrics: the framework labels a request that no resource served
 * with its raw path, which holds the task key, and with whatever method it came with.
 */
@Singleton
public final class HttpMetricLabels implements MeterFilter {

    public static final String OTHER = "OTHER";
    private static final Set<String> URIS = Set.of(
            "/tasks/{key}/status",
            "/tasks/{key}/events",
            "/tasks/status",
            "/q/openapi",
            "/bad-request",
            "/watch.css",
            "/watch.js",
            "/rodin-task.js",
            "NOT_FOUND",
            "REDIRECTION",
            "UNKNOWN",
            "root");
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

    @Override
    public Meter.Id map(Meter.Id id) {
        if (!id.getName().startsWith("http.server.")) {
            return id;
        }
        List<Tag> tags = id.getTags().stream().map(HttpMetricLabels::bounded).toList();
        return id.replaceTags(tags);
    }

    /** Returns whether this is a path or template of ours. */
    public static boolean isUri(String uri) {
        return URIS.contains(uri);
    }

    /** Returns the method, or {@value #OTHER} if it is none that HTTP knows. */
    public static String method(String method) {
        return METHODS.contains(method) ? method : OTHER;
    }

    private static Tag bounded(Tag tag) {
        return switch (tag.getKey()) {
            case "uri" -> isUri(tag.getValue()) ? tag : Tag.of("uri", OTHER);
            case "method" -> Tag.of("method", method(tag.getValue()));
            default -> tag;
        };
    }
}
