package dev.rodingateway.api.response;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rodingateway.api.response.TaskStatusBody.JobBody;
import dev.rodingateway.api.response.TaskStatusBody.ProgressBody;
import dev.rodingateway.status.Snapshot;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.Progress;
import dev.rodingateway.task.TaskStatus;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Serializes snapshots as JSON. */
@Singleton
public final class TaskStatusWriter {

    private static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final ObjectMapper json;

    @Inject
    public TaskStatusWriter(ObjectMapper json) {
        this.json = json;
    }

    /** Returns the snapshot as JSON. Its entity tag covers {@code status}, {@code jobs} and {@code stale} only. */
    SerializedStatus write(Snapshot snapshot) {
        TaskStatusBody body = body(snapshot, false, null);
        String tag = EntityTags.opaque(bytes(List.of(body.status(), body.jobs())));
        return SerializedStatus.of(bytes(body), tag);
    }

    public static TaskStatusBody body(Snapshot snapshot, boolean stale, @Nullable Long pollAfterMs) {
        TaskStatus status = snapshot.status();
        Progress progress = status.progress();
        return new TaskStatusBody(
                word(status.overall()),
                status.terminal(),
                new ProgressBody(progress.finished(), progress.total(), progress.percent()),
                status.jobs().stream().map(TaskStatusWriter::job).toList(),
                text(snapshot.checkedAt()),
                stale,
                pollAfterMs);
    }

    private byte[] bytes(Object value) {
        try {
            return json.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a status can always be written", e);
        }
    }

    private static JobBody job(Job job) {
        return new JobBody(job.id(), word(job.status()), job.queueLength(), job.reported());
    }

    private static String word(Enum<?> status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private static String text(Instant moment) {
        return MILLISECONDS.format(moment);
    }
}
