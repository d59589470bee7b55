package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.task.TaskKey;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/** What Rodin last said of each task, for as long as it may be told to anyone, fresh or stale. */
@RegisterForReflection(classNames = LastKnown.CAFFEINE_CLASS)
final class LastKnown {

    /**
     * The class that Caffeine has for such a cache. It finds it by reflection; for native executables Quarkus registers
     * those of other caches, not of one that weighs its entries.
     */
    static final String CAFFEINE_CLASS = "com.github.benmanes.caffeine.cache.SSSMWA";

    private final Cache<TaskKey, Kept> cache;

    /**
     * @param maximumSize the most tasks kept; fewer where their answers take more memory than usual ones
     * @param maximumBytes about the most memory that all of them take
     */
    LastKnown(int maximumSize, long maximumBytes, Ticker ticker) {
        cache = Caffeine.newBuilder()
                .maximumWeight(maximumSize)
                .weigher(new AnswerWeigher(maximumSize, maximumBytes))
                .expireAfter(Expiry.<TaskKey, Kept>writing((key, kept) -> kept.usableFor()))
                .ticker(ticker)
                .executor(Runnable::run)
                .recordStats()
                .build();
    }

    @Nullable
    Kept find(TaskKey key) {
        return cache.getIfPresent(key);
    }

    /** Keeps an answer, unless that would put a live one in place of a terminal one; returns what is kept now. */
    Kept keep(TaskKey key, Kept answer) {
        return cache.asMap().merge(key, answer, (before, now) -> before.terminal() && !now.terminal() ? before : now);
    }

    void forget(TaskKey key) {
        cache.invalidate(key);
    }

    long size() {
        cache.cleanUp();
        return cache.estimatedSize();
    }
}
