package dev.rodingateway.status.check;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.task.TaskKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/**
 * The checks in flight, at most one per key, and for a while those that failed. A check that succeeded is removed at
 * once: its result is cached elsewhere.
 *
 * <p>A check is started after its promise has been inserted, never inside a function of the cache: those run under the
 * lock of a hash bin, and starting a check can complete the futures of other keys, which lie under other bins.
 */
public final class InFlightChecks {

    private final BiFunction<TaskKey, RequestClass, CompletableFuture<CheckOutcome>> check;
    private final AsyncCache<TaskKey, CheckOutcome> cache;

    /**
     * Creates an empty set of checks.
     *
     * @param check makes one check; if it throws, or its future fails, that is a bug
     */
    public InFlightChecks(
            int maximumSize, BiFunction<TaskKey, RequestClass, CompletableFuture<CheckOutcome>> check, Ticker ticker) {
        this.check = check;
        this.cache = Caffeine.newBuilder()
                .maximumSize(maximumSize)
                .expireAfter(Expiry.<TaskKey, CheckOutcome>writing((key, outcome) -> standsFor(outcome)))
                .ticker(ticker)
                .executor(Runnable::run)
                .recordStats()
                .buildAsync();
    }

    /** Returns the check of this key that is in flight or has just failed, or starts one. */
    public Joined join(TaskKey key, RequestClass purpose) {
        CompletableFuture<CheckOutcome> present = cache.getIfPresent(key);
        if (present != null) {
            return new Joined(present, false);
        }
        CompletableFuture<CheckOutcome> promise = new CompletableFuture<>();
        CompletableFuture<CheckOutcome> other = cache.asMap().putIfAbsent(key, promise);
        if (other != null) {
            return new Joined(other, false);
        }
        start(key, purpose, promise);
        return new Joined(promise, true);
    }

    /**
     * Replaces a check that has just failed, or no check, by what another replica has found since. One that is in flight goes
     * on.
     */
    public void adopt(TaskKey key, CheckOutcome outcome) {
        CompletableFuture<CheckOutcome> present = cache.getIfPresent(key);
        boolean failed = outcome instanceof CheckOutcome.Failed;
        if (present == null && failed) {
            cache.asMap().putIfAbsent(key, CompletableFuture.completedFuture(outcome));
        } else if (present != null && present.isDone() && failed) {
            cache.asMap().replace(key, present, CompletableFuture.completedFuture(outcome));
        } else if (present != null && present.isDone()) {
            cache.asMap().remove(key, present);
        }
    }

    /** Removes a check that has ended, for one whose caller is notified of the end before the cache is. */
    public void remove(TaskKey key, Joined ended) {
        cache.asMap().remove(key, ended.outcome());
    }

    /** Forgets a check that has just failed. */
    public void forget(TaskKey key) {
        CompletableFuture<CheckOutcome> present = cache.getIfPresent(key);
        if (present != null && present.isDone()) {
            cache.asMap().remove(key, present);
        }
    }

    /** Returns the token of the check that has just failed, or -1. */
    public long failedToken(TaskKey key) {
        CompletableFuture<CheckOutcome> present = cache.getIfPresent(key);
        return present != null
                        && present.isDone()
                        && !present.isCompletedExceptionally()
                        && present.join() instanceof CheckOutcome.Failed failed
                ? failed.token()
                : -1;
    }

    /** Returns about how many checks are in flight or have just failed. */
    public long size() {
        cache.synchronous().cleanUp();
        return cache.synchronous().estimatedSize();
    }

    /**
     * A check that somebody waits for.
     *
     * @param outcome its outcome, once it has one; shared, so callers wait for a copy of it
     * @param started whether it was started for this caller, rather than for another before
     */
    public record Joined(CompletableFuture<CheckOutcome> outcome, boolean started) {}

    private void start(TaskKey key, RequestClass purpose, CompletableFuture<CheckOutcome> promise) {
        CompletableFuture<CheckOutcome> started;
        try {
            started = check.apply(key, purpose);
        } catch (RuntimeException | Error e) {
            promise.completeExceptionally(e);
            return;
        }
        CompletableFuture<CheckOutcome> unused = started.whenComplete((outcome, failure) -> {
            if (failure == null) {
                promise.complete(outcome);
            } else {
                promise.completeExceptionally(failure);
            }
        });
    }

    private static Duration standsFor(CheckOutcome outcome) {
        return outcome instanceof CheckOutcome.Failed failed ? failed.standsFor() : Duration.ZERO;
    }
}
