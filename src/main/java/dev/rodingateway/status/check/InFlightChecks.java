package dev.rodingateway.status.check;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.task.TaskKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The checks in flight, at most one per key, and for a while those that failed. A check that succeeded is removed before
 * its callers are notified: its result is cached elsewhere.
 *
 * <p>A check is started after its promise has been inserted, never inside a function of the cache: those run under the
 * lock of a hash bin, and starting a check can complete the futures of other keys, which are in other bins.
 *
 * <p>Not an {@code AsyncCache}: in Caffeine 3.2.3, when two callers replace an expired entry by a promise, the one that
 * comes too late gives the entry the lifetime of a future in flight, although the promise of the other may be complete by
 * then. That outcome would be kept for 219 years, and its key not checked any more.
 */
public final class InFlightChecks {

    private static final Logger LOG = Logger.getLogger(InFlightChecks.class);
    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

    private final BiFunction<TaskKey, RequestClass, CompletableFuture<CheckOutcome>> check;

    /** A future in it is either incomplete, a check in flight, or has been inserted complete, with a failure. */
    private final Cache<TaskKey, CompletableFuture<CheckOutcome>> cache;

    /**
     * Creates an empty set of checks.
     *
     * @param check makes one check; if it throws, or its future fails, that is a bug
     */
    public InFlightChecks(
            int maximumSize, BiFunction<TaskKey, RequestClass, CompletableFuture<CheckOutcome>> check, Ticker ticker) {
        this.check = check;
        this.cache = Caffeine.newBuilder()
                .maximumWeight(maximumSize)
                .weigher((TaskKey key, CompletableFuture<CheckOutcome> outcome) -> outcome.isDone() ? 1 : 0)
                .expireAfter(Expiry.<TaskKey, CompletableFuture<CheckOutcome>>writing((key, outcome) -> kept(outcome)))
                .ticker(ticker)
                .executor(Runnable::run)
                .recordStats()
                .build();
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
        cache.cleanUp();
        return cache.estimatedSize();
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
            end(key, promise, null, e);
            return;
        }
        CompletableFuture<CheckOutcome> unused =
                started.whenComplete((outcome, failure) -> end(key, promise, outcome, failure));
    }

    /** There may be nobody who waits for the check, so what should not happen is logged. */
    private void end(
            TaskKey key,
            CompletableFuture<CheckOutcome> promise,
            @Nullable CheckOutcome outcome,
            @Nullable Throwable failure) {
        if (outcome instanceof CheckOutcome.Failed) {
            cache.asMap().replace(key, promise, CompletableFuture.completedFuture(outcome));
        } else {
            cache.asMap().remove(key, promise);
        }
        if (failure == null) {
            promise.complete(outcome);
        } else {
            LOG.warn("A check ended in an unexpected failure", failure);
            promise.completeExceptionally(failure);
        }
    }

    private static Duration kept(CompletableFuture<CheckOutcome> outcome) {
        return outcome.isDone() && outcome.join() instanceof CheckOutcome.Failed failed
                ? failed.recheckDelay()
                : FOREVER;
    }
}
