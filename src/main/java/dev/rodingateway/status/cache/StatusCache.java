package dev.rodingateway.status.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.task.TaskKey;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Rodin last said of each task, for as long as it may be told to anyone, fresh or stale. */
@RegisterForReflection(classNames = StatusCache.CAFFEINE_CLASS)
public final class StatusCache {

    /**
     * The class that Caffeine has for such a cache. It finds it by reflection; for native executables Quarkus registers
     * those of other caches, not of one that weighs its entries.
     */
    public static final String CAFFEINE_CLASS = "com.github.benmanes.caffeine.cache.SSSMWA";

    private final Cache<TaskKey, CacheEntry> cache;

    /**
     * Creates an empty cache.
     *
     * @param maximumSize the most tasks kept; fewer where their answers take more memory than usual ones
     * @param maximumBytes about the most memory that all of them take
     */
    public StatusCache(int maximumSize, long maximumBytes, Ticker ticker) {
        cache = Caffeine.newBuilder()
                .maximumWeight(maximumSize)
                .weigher(new AnswerWeigher(maximumSize, maximumBytes))
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
     * Caches an answer, unless that would replace a terminal one by a live one, or one of a later check by one of an earlier;
     * returns what is cached now.
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
