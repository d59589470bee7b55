package dev.rodingateway.task;

import org.jspecify.annotations.Nullable;

/**
 * One of the parts Rodin splits a task into; which part is not told.
 *
 * @param id Rodin's {@code uuid}, or null if it sent none
 * @param status where it stands
 * @param queueLength how many jobs wait before it, not negative, or null if Rodin sent no usable number
 * @param reported Rodin's word as sent, at most {@value #MAX_REPORTED} characters; only with {@link JobStatus#UNKNOWN}
 */
public record Job(
        @Nullable String id,
        JobStatus status,
        @Nullable Long queueLength,
        @Nullable String reported) {

    /** The most characters of an unknown word that are kept. */
    public static final int MAX_REPORTED = 64;

    public Job {
        if (queueLength != null && queueLength < 0) {
            throw new IllegalArgumentException("queueLength must not be negative");
        }
        if (reported != null && status != JobStatus.UNKNOWN) {
            throw new IllegalArgumentException("only an unknown status has a reported word");
        }
        if (reported != null && reported.codePointCount(0, reported.length()) > MAX_REPORTED) {
            throw new IllegalArgumentException("a reported word has at most " + MAX_REPORTED + " characters");
        }
    }
}
