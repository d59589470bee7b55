package dev.rodingateway.shared.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.TaskStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of a status: a JSON array with an array for each job, which contains its id, the initial of its
 * status, the number of jobs before it in the queue and the unknown status that Rodin sent; trailing nulls are omitted.
 */
public final class StatusCodec {

    /** Larger than any response of Rodin that is accepted. */
    public static final int MAX_LENGTH = 512 * 1024;

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private StatusCodec() {}

    /** Returns the stored form in ASCII; empty if it is longer than {@value #MAX_LENGTH} characters. */
    public static Optional<String> encode(TaskStatus status) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartArray();
            for (Job job : status.jobs()) {
                write(json, job);
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.getBuffer().length() > MAX_LENGTH ? Optional.empty() : Optional.of(text.toString());
    }

    /** Returns the status; empty if the text cannot be parsed. */
    public static Optional<TaskStatus> decode(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try (JsonParser json = JSON.createParser(text)) {
            List<Job> jobs = new ArrayList<>();
            require(json.nextToken() == JsonToken.START_ARRAY);
            while (json.nextToken() == JsonToken.START_ARRAY) {
                jobs.add(read(json));
            }
            require(json.currentToken() == JsonToken.END_ARRAY && json.nextToken() == null);
            return Optional.of(new TaskStatus(jobs));
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static void write(JsonGenerator json, Job job) throws IOException {
        json.writeStartArray();
        json.writeString(job.id());
        json.writeString(letter(job.status()));
        if (job.queueLength() != null) {
            json.writeNumber(job.queueLength());
        } else if (job.reported() != null) {
            json.writeNull();
        }
        if (job.reported() != null) {
            json.writeString(job.reported());
        }
        json.writeEndArray();
    }

    private static Job read(JsonParser json) throws IOException {
        String id = stringOrNull(json, json.nextToken());
        require(json.nextToken() == JsonToken.VALUE_STRING);
        JobStatus status = status(json.getText());
        Long queueLength = null;
        String reported = null;
        if (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_NULL) {
                require(json.currentToken() == JsonToken.VALUE_NUMBER_INT);
                queueLength = json.getLongValue();
            }
            if (json.nextToken() != JsonToken.END_ARRAY) {
                reported = stringOrNull(json, json.currentToken());
                require(json.nextToken() == JsonToken.END_ARRAY);
            }
        }
        return new Job(id, status, queueLength, reported);
    }

    private static @Nullable String stringOrNull(JsonParser json, JsonToken token) throws IOException {
        require(token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NULL);
        return token == JsonToken.VALUE_NULL ? null : json.getText();
    }

    private static String letter(JobStatus status) {
        return switch (status) {
            case WAITING -> "w";
            case GENERATING -> "g";
            case DONE -> "d";
            case FAILED -> "f";
            case CANCELED -> "c";
            case UNKNOWN -> "u";
        };
    }

    private static JobStatus status(String letter) {
        return switch (letter) {
            case "w" -> JobStatus.WAITING;
            case "g" -> JobStatus.GENERATING;
            case "d" -> JobStatus.DONE;
            case "f" -> JobStatus.FAILED;
            case "c" -> JobStatus.CANCELED;
            case "u" -> JobStatus.UNKNOWN;
            default -> throw new IllegalArgumentException("unknown status");
        };
    }

    private static void require(boolean readable) {
        if (!readable) {
            throw new IllegalArgumentException("unexpected token");
        }
    }
}
