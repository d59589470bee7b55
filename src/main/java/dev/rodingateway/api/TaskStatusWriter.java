package dev.rodingateway.api;

import dev.rodingateway.api.TaskStatusBody.JobBody;
import dev.rodingateway.api.TaskStatusBody.ProgressBody;
import dev.rodingateway.status.Answer;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.Progress;
import dev.rodingateway.task.TaskStatus;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns an answer into its JSON shape. */
final class TaskStatusWriter {

    private static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private TaskStatusWriter() {}

    static TaskStatusBody body(Answer answer, @Nullable Long pollAfterMs) {
        TaskStatus status = answer.snapshot().status();
        Progress progress = status.progress();
        return new TaskStatusBody(
                word(status.overall()),
                status.terminal(),
                new ProgressBody(progress.finished(), progress.total(), progress.percent()),
                status.jobs().stream().map(TaskStatusWriter::job).toList(),
                text(answer.snapshot().checkedAt()),
                answer.stale(),
                pollAfterMs);
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
