package dev.rodingateway.api;

import dev.rodingateway.status.Answer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** Writes an answer as the contract has it: body, cache headers and hints. */
@Singleton
final class AnswerWriter {

    private static final double JITTER = 0.1;

    private final InstantSource clock;

    @Inject
    AnswerWriter() {
        this(InstantSource.system());
    }

    AnswerWriter(InstantSource clock) {
        this.clock = clock;
    }

    /** Returns the JSON shape, with a hint when to ask again that is jittered anew each time. */
    TaskStatusBody body(Answer answer) {
        boolean terminal = answer.snapshot().status().terminal();
        return TaskStatusWriter.body(answer, terminal ? null : pollAfterMs(answer.lifetime()));
    }

    RestResponse<TaskStatusBody> respond(Answer answer) {
        TaskStatusBody body = body(answer);
        Long pollAfterMs = body.pollAfterMs();
        Duration age = Duration.between(answer.snapshot().checkedAt(), clock.instant());
        ResponseBuilder<TaskStatusBody> response = ResponseBuilder.ok(body)
                .type("application/json")
                .header(
                        HttpHeaders.CACHE_CONTROL,
                        "private, max-age=" + (answer.stale() ? 0 : WholeSeconds.of(answer.lifetime())))
                .header("Age", WholeSeconds.of(age))
                .header("Cache-Status", CacheStatus.of(answer, age));
        if (pollAfterMs != null) {
            response.header(HttpHeaders.RETRY_AFTER, WholeSeconds.roundedUp(Duration.ofMillis(pollAfterMs)));
        }
        return response.build();
    }

    private static long pollAfterMs(Duration lifetime) {
        return Math.round(lifetime.toMillis() * ThreadLocalRandom.current().nextDouble(1 - JITTER, 1 + JITTER));
    }
}
