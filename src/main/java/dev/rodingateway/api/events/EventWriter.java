package dev.rodingateway.api.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.api.edge.Problem;
import dev.rodingateway.api.edge.ProblemCode;
import dev.rodingateway.api.response.SerializedStatus;
import dev.rodingateway.api.response.StatusResponses;
import dev.rodingateway.status.LookupResult;
import dev.rodingateway.task.LookupFailure;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Serializes server-sent events. */
@Singleton
public final class EventWriter {

    private static final Logger LOG = Logger.getLogger(EventWriter.class);

    private final StatusResponses responses;
    private final ObjectMapper json;
    private volatile @Nullable Written latest;

    @Inject
    EventWriter(StatusResponses responses, ObjectMapper json) {
        this.responses = responses;
        this.json = json;
    }

    /**
     * Returns the event {@code status}. The last one is kept, because all streams of a task get the same status one after the
     * other: with 10,000 of them that saves 26 MB of allocations for each change (bench/README.md).
     */
    Event status(LookupResult answer) {
        Written last = latest;
        if (last == null || !last.answer.equals(answer)) {
            SerializedStatus status = responses.serialized(answer);
            Buffer body = status.body(answer.stale(), responses.pollAfterMs(answer));
            String tag = status.tag(answer.stale());
            last = new Written(answer, new Event(tag, event("status", tag, body)));
            latest = last;
        }
        return last.event;
    }

    /** Returns the event {@code problem}, with which a stream ends; the id is that of the request for the stream. */
    Buffer problem(Throwable failure, String requestId) {
        if (failure instanceof LookupFailure known) {
            return problem(Problem.of(ProblemCode.of(known.kind()), known.upstreamCode(), requestId));
        }
        LOG.error("A watch failed unexpectedly", failure);
        return problem(Problem.of(ProblemCode.INTERNAL_ERROR, null, requestId));
    }

    /**
     * Returns the time after which to reconnect, random so that not all clients reconnect at once. It precedes the first
     * event without an empty line, which some parsers would deliver as an event without data.
     */
    Buffer retry() {
        return Buffer.buffer("retry: " + ThreadLocalRandom.current().nextInt(1000, 3000) + "\n");
    }

    /** Returns a comment, without an empty line for the same reason. */
    Buffer heartbeat() {
        return Buffer.buffer(":\n");
    }

    private Buffer problem(Problem problem) {
        try {
            return event("problem", null, Buffer.buffer(json.writeValueAsBytes(problem)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem can always be written", e);
        }
    }

    private static Buffer event(String name, @Nullable String id, Buffer data) {
        String idLine = id == null ? "" : "id: " + id + "\n";
        return Buffer.buffer("event: " + name + "\n" + idLine + "data: ")
                .appendBuffer(data)
                .appendString("\n\n");
    }

    /**
     * One event.
     *
     * @param id the opaque part of the entity tag
     * @param text its serialized form
     */
    public record Event(String id, Buffer text) {}

    private record Written(LookupResult answer, Event event) {}
}
