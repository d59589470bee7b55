package dev.rodingateway.api.response;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.api.edge.Problem;
import dev.rodingateway.status.LookupResult;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes lists of statuses as JSON, one item at a time. */
@Singleton
public final class TaskListWriter {

    private final StatusResponses responses;
    private final ObjectMapper json;

    @Inject
    TaskListWriter(StatusResponses responses, ObjectMapper json) {
        this.responses = responses;
        this.json = json;
    }

    /** Returns the item of a task, with the time after which to look it up again. */
    public Item task(LookupResult answer) {
        return new Task(answer, responses.pollAfterMs(answer));
    }

    /** Returns the parts of the body, one for each of the items (at least one); each is written when the iterator gets to it. */
    public Iterator<Buffer> write(List<Item> items) {
        Iterator<Item> rest = items.iterator();
        return new Iterator<>() {

            private String before = "{\"tasks\":[";

            @Override
            public boolean hasNext() {
                return rest.hasNext();
            }

            @Override
            public Buffer next() {
                Buffer piece = item(before, rest.next());
                before = ",";
                return rest.hasNext() ? piece : piece.appendString("]}");
            }
        };
    }

    private Buffer item(String separator, Item item) {
        Buffer piece = Buffer.buffer(separator);
        if (item instanceof Task task) {
            LookupResult answer = task.answer();
            piece.appendString("{\"task\":")
                    .appendBuffer(responses.serialized(answer).body(answer.stale(), task.pollAfterMs()));
        } else {
            piece.appendString("{\"problem\":").appendBytes(bytes(((Refused) item).problem()));
        }
        return piece.appendString("}");
    }

    private byte[] bytes(Problem problem) {
        try {
            return json.writeValueAsBytes(problem);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem can always be written", e);
        }
    }

    /** The outcome of the look-up of one key. */
    public sealed interface Item permits Task, Refused {}

    /**
     * A status.
     *
     * @param pollAfterMs after how long to look it up again, or null when terminal
     */
    record Task(LookupResult answer, @Nullable Long pollAfterMs) implements Item {}

    /** A look-up that failed. */
    public record Refused(Problem problem) implements Item {}
}
