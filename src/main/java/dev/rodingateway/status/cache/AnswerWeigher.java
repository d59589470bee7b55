package dev.rodingateway.status.cache;

import com.github.benmanes.caffeine.cache.Weigher;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.TaskKey;
import org.jspecify.annotations.Nullable;

/**
 * Weighs a cached answer by the memory that it takes, what is written for callers included, whether that is kept yet or
 * not. A usual one, with eight jobs or fewer, weighs 1: so a cache's maximum weight is a number of tasks. It is a limit of
 * memory as well: the unit of weight is {@value #LARGEST_UNIT} bytes, or fewer where so many units would exceed that limit.
 */
final class AnswerWeigher implements Weigher<TaskKey, CacheEntry> {

    /** The most bytes that weigh 1. */
    static final int LARGEST_UNIT = 3 * 1024;

    /** The cache's own for an entry, the objects that an answer consists of, and its JSON but for the jobs. */
    private static final int ENTRY = 512;

    /** A job with neither id nor word, as objects and as JSON. */
    private static final int JOB = 112;

    /** A string without characters. */
    private static final int TEXT = 40;

    private final int maximum;
    private final long unit;

    /**
     * Creates a weigher.
     *
     * @param maximum the maximum weight of the cache, and the most that any entry weighs: one alone always has room
     * @param maximumBytes what a cache of that weight may take
     */
    AnswerWeigher(int maximum, long maximumBytes) {
        this.maximum = maximum;
        this.unit = Math.max(1, Math.min(LARGEST_UNIT, maximumBytes / maximum));
    }

    @Override
    public int weigh(TaskKey key, CacheEntry kept) {
        long bytes = ENTRY + (long) key.value().length();
        for (Job job : kept.snapshot().status().jobs()) {
            bytes += JOB + bytes(job.id()) + bytes(job.reported());
        }
        return (int) Math.min(maximum, 1 + (bytes - 1) / unit);
    }

    /** Returns what a text takes in memory and as JSON, at the most. */
    private static long bytes(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        int wide = 0;
        long json = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            wide |= c >>> 8;
            json += jsonBytes(c);
        }
        return TEXT + (wide == 0 ? 1L : 2L) * text.length() + json;
    }

    private static int jsonBytes(char c) {
        if (c < ' ') {
            return 6; // an escape with its code
        }
        if (c < 0x80) {
            return c == '"' || c == '\\' ? 2 : 1;
        }
        return c < 0x800 ? 2 : 3;
    }
}
