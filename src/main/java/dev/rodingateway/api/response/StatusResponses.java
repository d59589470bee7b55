package dev.rodingateway.api.response;

import dev.rodingateway.api.edge.Cors;
import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.Snapshot;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** Writes an answer as the contract has it: body, cache headers and hints. */
@Singleton
public final class StatusResponses {

    public static final String MEDIA_TYPE = "application/json";

    private static final CharSequence AGE = HttpHeaders.createOptimized("Age");
    private static final CharSequence CACHE_CONTROL = HttpHeaders.createOptimized("Cache-Control");
    private static final CharSequence CACHE_STATUS = HttpHeaders.createOptimized("Cache-Status");
    private static final CharSequence ETAG = HttpHeaders.createOptimized("ETag");
    private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("Retry-After");
    private static final CharSequence VARY = HttpHeaders.createOptimized("Vary");
    private static final double JITTER = 0.1;

    private final TaskStatusWriter writer;
    private final Cors cors;

    @Inject
    public StatusResponses(TaskStatusWriter writer, Cors cors) {
        this.writer = writer;
        this.cors = cors;
    }

    /**
     * Returns the snapshot as it is written. Not kept for a caller who made the check himself: many a task's last answer is
     * asked for just once, and kept for a day.
     */
    public SerializedStatus written(LookupResult answer) {
        Snapshot snapshot = answer.snapshot();
        return switch (answer.source()) {
            case MISS, REFRESHED -> writer.write(snapshot);
            case HIT, COALESCED, STALE -> snapshot.written(SerializedStatus.class, writer::write);
        };
    }

    /** Returns when asking again is worth while, jittered anew each time; null when the task has ended. */
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
        return !ifNoneMatch.isEmpty()
                && EntityTags.matches(ifNoneMatch, written(answer).tag(answer.stale()));
    }

    /**
     * Returns the response of a look-up, a 304 if the caller has this answer already.
     *
     * @param wait how long the answer was held back at the most, or null if that was not asked for
     */
    public RestResponse<Buffer> respond(LookupResult answer, List<String> ifNoneMatch, @Nullable Duration wait) {
        SerializedStatus written = written(answer);
        Long pollAfterMs = pollAfterMs(answer);
        String tag = written.tag(answer.stale());
        boolean known = EntityTags.matches(ifNoneMatch, tag);
        ResponseBuilder<Buffer> response = known
                ? ResponseBuilder.create(RestResponse.Status.NOT_MODIFIED)
                : ResponseBuilder.ok(written.body(answer.stale(), pollAfterMs));
        response.type(MEDIA_TYPE);
        headers(answer, tag, pollAfterMs, (name, value) -> response.header(name.toString(), value));
        if (wait != null) {
            response.header("Preference-Applied", "wait=" + wait.toSeconds());
        }
        return response.build();
    }

    /** Gives the headers of a 200 or 304, but for the media type, to a response. */
    public void headers(
            LookupResult answer, String tag, @Nullable Long pollAfterMs, BiConsumer<CharSequence, String> response) {
        response.accept(ETAG, EntityTags.weak(tag));
        response.accept(VARY, cors.vary("Prefer"));
        response.accept(CACHE_CONTROL, "private, max-age=" + (answer.stale() ? 0 : WholeSeconds.of(answer.lifetime())));
        response.accept(AGE, Long.toString(WholeSeconds.of(answer.age())));
        response.accept(CACHE_STATUS, CacheStatus.of(answer));
        if (pollAfterMs != null) {
            response.accept(RETRY_AFTER, Long.toString(WholeSeconds.roundedUp(Duration.ofMillis(pollAfterMs))));
        }
    }
}
