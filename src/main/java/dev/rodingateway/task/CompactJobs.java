package dev.rodingateway.task;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that are named by a UUID and report no word of Rodin's, as nearly all are, in a quarter of the memory that they
 * take one by one: many tasks are kept for a day, and their jobs are looked at only when they are written.
 */
final class CompactJobs extends AbstractList<Job> implements RandomAccess {

    private static final int UUID_LENGTH = 36;
    private static final long NO_QUEUE = -1;

    private final JobStatus[] statuses;

    /** Two for each job. */
    private final long[] ids;

    /** Null if no job has one. */
    private final long @Nullable [] queueLengths;

    private CompactJobs(List<Job> jobs) {
        int size = jobs.size();
        statuses = new JobStatus[size];
        ids = new long[2 * size];
        queueLengths = jobs.stream().map(Job::queueLength).anyMatch(Objects::nonNull) ? new long[size] : null;
        for (int i = 0; i < size; i++) {
            Job job = jobs.get(i);
            UUID id = UUID.fromString(job.id());
            statuses[i] = job.status();
            ids[2 * i] = id.getMostSignificantBits();
            ids[2 * i + 1] = id.getLeastSignificantBits();
            if (queueLengths != null) {
                queueLengths[i] = Objects.requireNonNullElse(job.queueLength(), NO_QUEUE);
            }
        }
    }

    /** Returns an unmodifiable copy, compact if these jobs can be. */
    static List<Job> copyOf(List<Job> jobs) {
        List<Job> copy = List.copyOf(jobs);
        return !copy.isEmpty() && copy.stream().allMatch(CompactJobs::fits) ? new CompactJobs(copy) : copy;
    }

    @Override
    public Job get(int index) {
        long queueLength = queueLengths == null ? NO_QUEUE : queueLengths[index];
        return new Job(
                new UUID(ids[2 * index], ids[2 * index + 1]).toString(),
                statuses[index],
                queueLength == NO_QUEUE ? null : queueLength,
                null);
    }

    @Override
    public int size() {
        return statuses.length;
    }

    private static boolean fits(Job job) {
        return job.reported() == null && job.id() != null && isCanonical(job.id());
    }

    /** Returns whether the text is a UUID written as Java writes it, so that it can be written again. */
    private static boolean isCanonical(String text) {
        if (text.length() != UUID_LENGTH) {
            return false;
        }
        try {
            return UUID.fromString(text).toString().equals(text);
        } catch (IllegalArgumentException noUuid) {
            return false;
        }
    }
}
