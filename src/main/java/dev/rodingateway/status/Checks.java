package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.Purpose;
import dev.rodingateway.task.TaskKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;

/**
 * The checks under way, one per key at the most, and for a while those that failed. A check that succeeded leaves at
 * once: what it found is kept elsewhere.
 */
final class Checks {

    private final BiFunction<TaskKey, Purpose, CompletableFuture<Outcome>> check;
    private final AsyncCache<TaskKey, Outcome> cache;

    /** @param check makes one check; a future that fails does so because of a bug */
    Checks(int maximumSize, BiFunction<TaskKey, Purpose, CompletableFuture<Outcome>> check, Ticker ticker) {
        this.check = check;
        this.cache = Caffeine.newBuilder()
                .maximumSize(maximumSize)
                .expireAfter(Expiry.<TaskKey, Outcome>writing((key, outcome) -> standsFor(outcome)))
                .ticker(ticker)
                .executor(Runnable::run)
                .recordStats()
                .buildAsync();
    }

    /** Returns the check of this key that is under way or has just failed, or begins one. */
    Joined join(TaskKey key, Purpose purpose) {
        CompletableFuture<Outcome> underWay = cache.getIfPresent(key);
        if (underWay != null) {
            return new Joined(underWay, false);
        }
        AtomicBoolean begun = new AtomicBoolean();
        CompletableFuture<Outcome> future = cache.get(key, (unknown, executor) -> {
            begun.set(true);
            return check.apply(unknown, purpose);
        });
        return new Joined(future, begun.get());
    }

    /**
     * A check that somebody waits for.
     *
     * @param outcome what it will come to
     * @param begun whether it was begun for this caller, rather than for another before
     */
    record Joined(CompletableFuture<Outcome> outcome, boolean begun) {}

    private static Duration standsFor(Outcome outcome) {
        return outcome instanceof Outcome.Failed failed ? failed.standsFor() : Duration.ZERO;
    }
}
