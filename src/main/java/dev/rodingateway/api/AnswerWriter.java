package dev.rodingateway.api;

import dev.rodingateway.status.Answer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** Writes an answer as the contract has it: body, cache headers and hints. */
@Singleton
final class AnswerWriter {

    private static final double JITTER = 0.1;

    private final EntityTags tags;
    private final Cors cors;
    private final InstantSource clock;

    @Inject
    AnswerWriter(EntityTags tags, Cors cors) {
        this.tags = tags;
        this.cors = cors;
        this.clock = InstantSource.system();
    }

    /** Returns the JSON shape, with a hint when to ask again that is jittered anew each time. */
    TaskStatusBody body(Answer answer) {
        boolean terminal = answer.snapshot().status().terminal();
        return TaskStatusWriter.body(answer, terminal ? null : pollAfterMs(answer.lifetime()));
    }

    /** Returns whether the caller has this answer already. */
    boolean isKnown(Answer answer, List<String> ifNoneMatch) {
        return EntityTags.matches(ifNoneMatch, tags.opaque(body(answer)));
    }

    /** @param wait how long the answer was held back at the most, or null if that was not asked for */
    RestResponse<TaskStatusBody> respond(Answer answer, List<String> ifNoneMatch, @Nullable Duration wait) {
        TaskStatusBody body = body(answer);
        Long pollAfterMs = body.pollAfterMs();
        String tag = tags.opaque(body);
        Duration age = Duration.between(answer.snapshot().checkedAt(), clock.instant());
        boolean known = EntityTags.matches(ifNoneMatch, tag);
        ResponseBuilder<TaskStatusBody> response = (known
                        ? ResponseBuilder.<TaskStatusBody>create(RestResponse.Status.NOT_MODIFIED)
                        : ResponseBuilder.ok(body))
                .type("application/json")
                .header(HttpHeaders.ETAG, EntityTags.weak(tag))
                .header(HttpHeaders.VARY, cors.vary("Prefer"))
                .header(
                        HttpHeaders.CACHE_CONTROL,
                        "private, max-age=" + (answer.stale() ? 0 : WholeSeconds.of(answer.lifetime())))
                .header("Age", WholeSeconds.of(age))
                .header("Cache-Status", CacheStatus.of(answer, age));
        if (pollAfterMs != null) {
            response.header(HttpHeaders.RETRY_AFTER, WholeSeconds.roundedUp(Duration.ofMillis(pollAfterMs)));
        }
        if (wait != null) {
            response.header("Preference-Applied", "wait=" + wait.toSeconds());
        }
        return response.build();
    }

    private static long pollAfterMs(Duration lifetime) {
        return Math.round(lifetime.toMillis() * ThreadLocalRandom.current().nextDouble(1 - JITTER, 1 + JITTER));
    }
}
