package dev.rodingateway.api.response;

import dev.rodingateway.api.edge.Cors;
import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.Snapshot;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Writes the responses of look-ups: body, entity tag, cache headers and polling hints. */
@Singleton
public final class StatusResponses {

    public static final String MEDIA_TYPE = "application/json";

    private static final CharSequence CONTENT_TYPE = HttpHeaders.createOptimized("Content-Type");
    private static final CharSequence JSON = HttpHeaders.createOptimized(MEDIA_TYPE);
    private static final CharSequence AGE = HttpHeaders.createOptimized("Age");
    private static final CharSequence CACHE_CONTROL = HttpHeaders.createOptimized("Cache-Control");
    private static final CharSequence CACHE_STATUS = HttpHeaders.createOptimized("Cache-Status");
    private static final CharSequence ETAG = HttpHeaders.createOptimized("ETag");
    private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("Retry-After");
    private static final CharSequence VARY = HttpHeaders.createOptimized("Vary");
    private static final NumberedValue MAX_AGE = new NumberedValue("private, max-age=");
    private static final NumberedValue SECONDS = new NumberedValue("");
    private static final double JITTER = 0.1;

    private final TaskStatusWriter writer;
    private final Cors cors;

    /** Null until first used: {@link Cors} is not configured before. */
    private volatile @Nullable CharSequence vary;

    @Inject
    public StatusResponses(TaskStatusWriter writer, Cors cors) {
        this.writer = writer;
        this.cors = cors;
    }

    /**
     * Returns the serialized snapshot. It is not kept for a caller whose look-up made the check: many a terminal status is
     * looked up once and cached for a day.
     */
    public SerializedStatus serialized(LookupResult answer) {
        Snapshot snapshot = answer.snapshot();
        return switch (answer.source()) {
            case MISS, REFRESHED -> writer.write(snapshot);
            case HIT, COALESCED, STALE -> snapshot.written(SerializedStatus.class, writer::write);
        };
    }

    /**
     * Returns after how long to look the task up again, with a new jitter each time; null when its status is terminal.
     */
    @Nullable
    public Long pollAfterMs(LookupResult answer) {
        if (answer.snapshot().status().terminal()) {
            return null;
        }
        double jitter = ThreadLocalRandom.current().nextDouble(1 - JITTER, 1 + JITTER);
        return Math.round(answer.lifetime().toMillis() * jitter);
    }

    /** Returns whether the caller has this answer already. */
    public boolean isKnown(LookupResult answer, List<String> ifNoneMatch) {
        return !ifNoneMatch.isEmpty() && serialized(answer).matches(ifNoneMatch, answer.stale());
    }

    /**
     * Sets the headers of the response to a look-up, those of a 304 being the same as those of a 200.
     *
     * @param ifNoneMatch the values of the request header
     * @param headers of the response
     * @return the body of a 200, or null if the response is a 304
     */
    public @Nullable Buffer write(LookupResult answer, List<String> ifNoneMatch, MultiMap headers) {
        boolean stale = answer.stale();
        SerializedStatus serialized = serialized(answer);
        Long pollAfterMs = pollAfterMs(answer);
        headers.set(CONTENT_TYPE, JSON);
        headers.set(ETAG, serialized.header(stale));
        headers.set(VARY, vary());
        headers.set(CACHE_CONTROL, MAX_AGE.of(stale ? 0 : WholeSeconds.of(answer.lifetime())));
        headers.set(AGE, SECONDS.of(WholeSeconds.of(answer.age())));
        headers.set(CACHE_STATUS, CacheStatus.of(answer));
        if (pollAfterMs != null) {
            headers.set(RETRY_AFTER, SECONDS.of(WholeSeconds.roundedUp(Duration.ofMillis(pollAfterMs))));
        }
        return serialized.matches(ifNoneMatch, stale) ? null : serialized.body(stale, pollAfterMs);
    }

    private CharSequence vary() {
        CharSequence known = vary;
        if (known == null) {
            known = HttpHeaders.createOptimized(cors.vary("Prefer"));
            vary = known;
        }
        return known;
    }
}
