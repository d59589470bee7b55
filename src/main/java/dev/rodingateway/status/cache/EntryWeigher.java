package dev.rodingateway.status.cache;

import com.github.benmanes.caffeine.cache.Weigher;
import dev.rodingateway.task.Job;
import dev.rodingateway.task.TaskKey;
import org.jspecify.annotations.Nullable;

/**
 * Weighs a cached status by the memory that it takes, including its serialized form, whether or not that is cached yet.
 * A usual one, with up to eight jobs, weighs 1, so that the maximum weight of the cache is a number of tasks. It limits
 * memory, too: the unit of weight is {@value #LARGEST_UNIT} bytes, or fewer if the maximum weight would exceed the
 * memory limit.
 */
final class EntryWeigher implements Weigher<TaskKey, CacheEntry> {

    /** The maximum number of bytes that weigh 1. */
    static final int LARGEST_UNIT = 3 * 1024;

    /** The cache's overhead for an entry, the objects of a status, and its JSON without the jobs. */
    private static final int ENTRY = 512;

    /** A job with neither id nor reported status, as objects and as JSON. */
    private static final int JOB = 112;

    /** A string without characters. */
    private static final int TEXT = 40;

    private final int maximum;
    private final long unit;

    /**
     * Creates a weigher.
     *
     * @param maximum the maximum weight of the cache and of any entry, so that a single entry always fits
     * @param maximumBytes the memory that a cache of that weight may take
     */
    EntryWeigher(int maximum, long maximumBytes) {
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

    /** Returns the maximum size of a text in memory and as JSON. */
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
            return 6; // a Unicode escape
        }
        if (c < 0x80) {
            return c == '"' || c == '\\' ? 2 : 1;
        }
        return c < 0x800 ? 2 : 3;
    }
}
