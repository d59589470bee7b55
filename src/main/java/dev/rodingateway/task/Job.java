package dev.rodingateway.task;

import org.jspecify.annotations.Nullable;

/**
 * One of the parts that Rodin splits a task into. Rodin does not say which part.
 *
 * @param id Rodin's {@code uuid}, or null if it sent none
 * @param status its status
 * @param queueLength the number of jobs before it in the queue, not negative, or null if Rodin sent no usable number
 * @param reported Rodin's status as sent, at most {@value #MAX_REPORTED} characters; only with {@link JobStatus#UNKNOWN}
 */
public record Job(
        @Nullable String id,
        JobStatus status,
        @Nullable Long queueLength,
        @Nullable String reported) {

    /** The maximum length of an unknown status in code points. */
    public static final int MAX_REPORTED = 64;

    public Job {
        if (queueLength != null && queueLength < 0) {
            throw new IllegalArgumentException("queueLength must not be negative");
        }
        if (reported != null && status != JobStatus.UNKNOWN) {
            throw new IllegalArgumentException("only an unknown status has a reported status");
        }
        if (reported != null && reported.codePointCount(0, reported.length()) > MAX_REPORTED) {
            throw new IllegalArgumentException("a reported status has at most " + MAX_REPORTED + " characters");
        }
    }
}
