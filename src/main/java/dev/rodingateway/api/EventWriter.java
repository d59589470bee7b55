package dev.rodingateway.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.status.Answer;
import dev.rodingateway.task.LookupFailure;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Writes server-sent events. */
@Singleton
final class EventWriter {

    private static final Logger LOG = Logger.getLogger(EventWriter.class);

    private final AnswerWriter answers;
    private final EntityTags tags;
    private final ObjectMapper json;
    private volatile @Nullable Written latest;

    @Inject
    EventWriter(AnswerWriter answers, EntityTags tags, ObjectMapper json) {
        this.answers = answers;
        this.tags = tags;
        this.json = json;
    }

    /** Returns the event {@code status}; all who watch a task are told the same answer, so it is written once. */
    Event status(Answer answer) {
        Written written = latest;
        if (written == null || !written.answer.equals(answer)) {
            TaskStatusBody body = answers.body(answer);
            String id = tags.opaque(body);
            written = new Written(answer, new Event(id, event("status", id, body)));
            latest = written;
        }
        return written.event;
    }

    /** Returns the event {@code problem}, which is the last. */
    Buffer problem(Throwable failure) {
        if (failure instanceof LookupFailure known) {
            return event("problem", null, Problem.of(ProblemCode.of(known.kind()), known.upstreamCode()));
        }
        LOG.error("A watch ended in an unexpected failure", failure);
        return event("problem", null, Problem.of(ProblemCode.INTERNAL_ERROR, null));
    }

    /** Returns when to come back after the stream has broken, spread so that not all do at once. */
    Buffer retry() {
        return Buffer.buffer("retry: " + ThreadLocalRandom.current().nextInt(1000, 3000) + "\n\n");
    }

    /** Returns a comment. */
    Buffer heartbeat() {
        return Buffer.buffer(":\n\n");
    }

    private Buffer event(String name, @Nullable String id, Object data) {
        try {
            String idLine = id == null ? "" : "id: " + id + "\n";
            return Buffer.buffer("event: " + name + "\n" + idLine + "data: " + json.writeValueAsString(data) + "\n\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event can always be written", e);
        }
    }

    /**
     * One event.
     *
     * @param id the opaque part of the entity tag
     * @param text as it goes over the wire
     */
    record Event(String id, Buffer text) {}

    private record Written(Answer answer, Event event) {}
}
