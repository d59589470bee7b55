package dev.rodingateway.status.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.task.TaskKey;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The last status of each task, for as long as it may be served, fresh or stale. */
@RegisterForReflection(classNames = StatusCache.CAFFEINE_CLASS)
public final class StatusCache {

    /**
     * The class that Caffeine loads for such a cache by reflection. For native executables Quarkus registers the
     * classes of other kinds of caches, but not of one with a weigher.
     */
    public static final String CAFFEINE_CLASS = "com.github.benmanes.caffeine.cache.SSSMWA";

    private final Cache<TaskKey, CacheEntry> cache;

    /**
     * Creates an empty cache.
     *
     * @param maximumSize the maximum number of tasks; fewer if their statuses take more memory than usual
     * @param maximumBytes the approximate maximum of the memory that all of them take
     */
    public StatusCache(int maximumSize, long maximumBytes, Ticker ticker) {
        cache = Caffeine.newBuilder()
                .maximumWeight(maximumSize)
                .weigher(new EntryWeigher(maximumSize, maximumBytes))
                .expireAfter(Expiry.<TaskKey, CacheEntry>writing((key, kept) -> kept.usableAt(ticker.read())))
                .ticker(ticker)
                .executor(Runnable::run)
                .recordStats()
                .build();
    }

    @Nullable
    public CacheEntry find(TaskKey key) {
        return cache.getIfPresent(key);
    }

    /**
     * Caches a status, unless that would replace a terminal one by a live one, or that of a later check by that of an
     * earlier one; returns what is cached now.
     */
    public CacheEntry keep(TaskKey key, CacheEntry answer) {
        return cache.asMap().merge(key, answer, StatusCache::later);
    }

    private static CacheEntry later(CacheEntry before, CacheEntry now) {
        if (before.terminal() != now.terminal()) {
            return before.terminal() ? before : now;
        }
        return now.snapshot().token() < before.snapshot().token() ? before : now;
    }

    /** Returns the keys of all tasks that are cached. */
    public Set<TaskKey> keys() {
        return cache.asMap().keySet();
    }

    public void forget(TaskKey key) {
        cache.invalidate(key);
    }

    public long size() {
        cache.cleanUp();
        return cache.estimatedSize();
    }
}
