package dev.rodingateway.status.check;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.status.cache.CacheEntry;
import dev.rodingateway.status.cache.LiveTasks;
import dev.rodingateway.status.cache.StatusCache;
import dev.rodingateway.status.freshness.FreshnessPolicy;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** Look-ups that wait for a check. Cancelling one does not affect the others. */
public final class CheckedLookups {

    private final InFlightChecks checks;
    private final StatusCache cache;
    private final LiveTasks live;
    private final FreshnessPolicy freshness;
    private final Duration patience;
    private final Ticker ticker;

    /**
     * Creates look-ups.
     *
     * @param patience how long a look-up waits for a check while it could return a cached status
     * @param ticker measures the age of a cached status
     */
    public CheckedLookups(
            InFlightChecks checks,
            StatusCache cache,
            LiveTasks live,
            FreshnessPolicy freshness,
            Duration patience,
            Ticker ticker) {
        this.checks = checks;
        this.cache = cache;
        this.live = live;
        this.freshness = freshness;
        this.patience = patience;
        this.ticker = ticker;
    }

    /** Looks up a task without a cached status; fails with a {@link LookupFailure}. */
    public Uni<LookupResult> first(TaskKey key) {
        InFlightChecks.Joined check = checks.join(key, RequestClass.FIRST);
        boolean known = check.outcome().isDone() && !check.started();
        return wait(check).chain(outcome -> {
            if (outcome instanceof CheckOutcome.Failed failed) {
                LookupFailure failure = failed.failureAt(ticker.read());
                return Uni.createFrom().failure(known ? failure.withoutCall() : failure);
            }
            CheckOutcome.Succeeded succeeded = (CheckOutcome.Succeeded) outcome;
            LookupResult result = result(key, succeeded, check.started() ? Source.MISS : Source.COALESCED);
            if (result.stale() && succeeded.adopted()) {
                return refreshed(key, succeeded.entry());
            }
            return Uni.createFrom().item(result);
        });
    }

    /**
     * Looks up a task by a check; returns the cached status, which may have been replaced meanwhile, if the check takes
     * too long or fails.
     */
    public Uni<LookupResult> refreshed(TaskKey key, CacheEntry cached) {
        return refreshed(key, cached, patience);
    }

    /**
     * Looks up a task like {@link #refreshed(TaskKey, CacheEntry)}, but waits at least until the cached status has
     * expired.
     */
    public Uni<LookupResult> refreshedBeforeExpiry(TaskKey key, CacheEntry cached) {
        return refreshed(
                key, cached, freshness.untilExpired(cached, ticker.read()).plus(patience));
    }

    private Uni<LookupResult> refreshed(TaskKey key, CacheEntry cached, Duration limit) {
        return refresh(key, cached).ifNoItem().after(limit).recoverWithItem(() -> lastKnown(key, cached));
    }

    /** The result of another replica may be newer than the cached status and still be due for a check. */
    private Uni<LookupResult> refresh(TaskKey key, CacheEntry cached) {
        InFlightChecks.Joined check = checks.join(key, RequestClass.REFRESH);
        return wait(check).chain(outcome -> {
            if (outcome instanceof CheckOutcome.Succeeded succeeded) {
                LookupResult result = result(key, succeeded, check.started() ? Source.REFRESHED : Source.COALESCED);
                if (result.stale() && succeeded.adopted() && succeeded.isLaterThan(cached)) {
                    return refresh(key, succeeded.entry());
                }
                return Uni.createFrom().item(result);
            }
            LookupFailure failure = ((CheckOutcome.Failed) outcome).failureAt(ticker.read());
            return failure.isFinal()
                    ? Uni.createFrom().failure(failure)
                    : Uni.createFrom().item(lastKnown(key, cached));
        });
    }

    private static Uni<CheckOutcome> wait(InFlightChecks.Joined check) {
        return Uni.createFrom().completionStage(check.outcome().copy());
    }

    private LookupResult result(TaskKey key, CheckOutcome.Succeeded succeeded, Source source) {
        if (succeeded.entry().terminal()) {
            live.ended(key);
        } else {
            live.requested(key);
        }
        return freshness.answer(succeeded.entry(), succeeded.adopted() ? Source.HIT : source, ticker.read());
    }

    private LookupResult lastKnown(TaskKey key, CacheEntry before) {
        CacheEntry cached = cache.find(key);
        return freshness.answer(cached == null ? before : cached, Source.HIT, ticker.read());
    }
}
