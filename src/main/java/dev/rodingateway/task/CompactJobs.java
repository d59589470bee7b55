package dev.rodingateway.task;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A list of jobs whose ids are UUIDs and that have no reported status, as in nearly all lists. Five jobs take 170 bytes
 * instead of 620 as objects (bench/README.md): many terminal tasks are cached for a day, and their jobs are read only
 * to serialize them.
 */
final class CompactJobs extends AbstractList<Job> implements RandomAccess {

    private static final int UUID_LENGTH = 36;
    private static final long NO_QUEUE = -1;

    private final JobStatus[] statuses;

    /** Two elements for each job. */
    private final long[] ids;

    /** Null if no job has a queue length. */
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

    /** Returns an unmodifiable copy, which is compact if all the jobs allow it. */
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

    /** Returns whether the text is a UUID in the form in which Java formats it, so that it can be restored. */
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
