package dev.rodingateway.rodin.answer;

import dev.rodingateway.rodin.http.RodinResponse;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskStatus;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a normalizer makes of an answer, in the words of {@code rodin/README.md}. */
final class Outcome {

    private Outcome() {}

    static String of(StatusNormalizer normalizer, RodinResponse response) {
        try {
            TaskStatus status = normalizer.normalize(response);
            String jobs = status.jobs().stream().map(Outcome::words).collect(Collectors.joining(", "));
            return String.format(
                            "%s %d/%d: %s",
                            lowerCase(status.overall()),
                            status.progress().finished(),
                            status.progress().total(),
                            jobs)
                    .stripTrailing();
        } catch (LookupFailure failure) {
            return failure.kind()
                    + (failure.upstreamCode() == null ? "" : " " + failure.upstreamCode())
                    + (failure.retryAfter() == null
                            ? ""
                            : " retry=" + failure.retryAfter().toSeconds() + "s");
        }
    }

    private static String words(Job job) {
        return (job.id() == null ? "-" : job.id())
                + " "
                + lowerCase(job.status())
                + (job.queueLength() == null ? "" : " queue=" + job.queueLength())
                + (job.reported() == null ? "" : " reported='" + job.reported() + "'");
    }

    private static String lowerCase(Enum<?> status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
