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

/** Writes lists of statuses as JSON, item by item. */
@Singleton
public final class TaskListWriter {

    private final StatusResponses answers;
    private final ObjectMapper json;

    @Inject
    TaskListWriter(StatusResponses answers, ObjectMapper json) {
        this.answers = answers;
        this.json = json;
    }

    /** Returns the item of a task, with a hint when to ask again. */
    public Item task(LookupResult answer) {
        return new Task(answer, answers.pollAfterMs(answer));
    }

    /** Returns the pieces of the body, one for each item, of which there is one at least; each is made when it is asked for. */
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
                    .appendBuffer(answers.written(answer).body(answer.stale(), task.pollAfterMs()));
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

    /** What the look-up of one key came to. */
    public sealed interface Item permits Task, Refused {}

    /**
     * Where the task stands.
     *
     * @param pollAfterMs when asking again is worth while, or null
     */
    record Task(LookupResult answer, @Nullable Long pollAfterMs) implements Item {}

    /** Why that cannot be told. */
    public record Refused(Problem problem) implements Item {}
}
