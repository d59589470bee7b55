package dev.rodingateway.rodin.answer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Normalizes Rodin's {@code jobs} entry by entry: an entry that cannot be read is an unknown job and affects no other. */
final class JobsNormalizer {

    /** The most jobs of a task, far more than any has: five are usual, and each takes memory while the status is cached. */
    static final int MAX_JOBS = 1000;

    /** The largest whole number that every JSON reader takes exactly (RFC 8259, section 6). */
    private static final long MAX_EXACT = (1L << 53) - 1;

    private static final int REPLACEMENT_CHARACTER = 0xFFFD;

    private JobsNormalizer() {}

    /**
     * Returns the jobs in Rodin's order.
     *
     * @param jobs an array of jobs, or an object that maps uuids to status words or jobs
     * @throws LookupFailure of kind {@link Kind#UPSTREAM_INVALID_RESPONSE} when it is neither, or has more than
     *     {@value #MAX_JOBS} entries
     */
    static List<Job> normalize(JsonNode jobs) {
        if (jobs.size() > MAX_JOBS) {
            throw LookupFailure.of(Kind.UPSTREAM_INVALID_RESPONSE);
        }
        List<Job> normalized = new ArrayList<>(jobs.size());
        if (jobs.isArray()) {
            jobs.forEach(entry -> normalized.add(job(entry.path("uuid").textValue(), entry, entry.path("status"))));
        } else if (jobs.isObject()) {
            jobs.properties().forEach(named -> {
                JsonNode entry = named.getValue();
                normalized.add(job(named.getKey(), entry, entry.isObject() ? entry.path("status") : entry));
            });
        } else {
            throw LookupFailure.of(Kind.UPSTREAM_INVALID_RESPONSE);
        }
        return normalized;
    }

    private static Job job(@Nullable String uuid, JsonNode entry, JsonNode status) {
        String word = status.textValue();
        JobStatus known = word == null ? JobStatus.UNKNOWN : known(word);
        boolean reportable = word != null && !word.isBlank() && known == JobStatus.UNKNOWN;
        return new Job(
                uuid == null || uuid.isEmpty() ? null : wellFormed(uuid, Integer.MAX_VALUE),
                known,
                wholeNumber(entry.path("queue_length")),
                reportable ? wellFormed(word, Job.MAX_REPORTED) : null);
    }

    private static JobStatus known(String word) {
        return switch (word.strip().toLowerCase(Locale.ROOT)) {
            case "waiting" -> JobStatus.WAITING;
            case "generating" -> JobStatus.GENERATING;
            case "done" -> JobStatus.DONE;
            case "failed" -> JobStatus.FAILED;
            case "canceled", "cancelled" -> JobStatus.CANCELED;
            default -> JobStatus.UNKNOWN;
        };
    }

    /** Compares as double, which is cheap for any exponent and exact for whole numbers up to the limit. */
    private static @Nullable Long wholeNumber(JsonNode number) {
        double value = number.isNumber() ? number.doubleValue() : Double.NaN;
        return value >= 0 && value <= MAX_EXACT && Math.rint(value) == value ? (Long) (long) value : null;
    }

    /** Returns at most so many characters of the text, with lone surrogates replaced, which UTF-8 cannot encode. */
    private static String wellFormed(String text, int maxCharacters) {
        return text.codePoints()
                .map(c -> Character.getType(c) == Character.SURROGATE ? REPLACEMENT_CHARACTER : c)
                .limit(maxCharacters)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
