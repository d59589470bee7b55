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

/** Look-ups that wait for a check. A caller who goes away cancels nothing for the others. */
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
     * @param patience how long a check is waited for while something known can be returned
     * @param ticker measures how old it is
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

    /** Looks up a task of which nothing is known here; fails with a {@link LookupFailure}. */
    public Uni<LookupResult> first(TaskKey key) {
        InFlightChecks.Joined check = checks.join(key, RequestClass.FIRST);
        boolean known = check.outcome().isDone() && !check.started();
        return wait(check).chain(outcome -> {
            if (outcome instanceof CheckOutcome.Failed failed) {
                LookupFailure failure = failed.failureAt(ticker.read());
                return Uni.createFrom().failure(known ? failure.withoutAsking() : failure);
            }
            CheckOutcome.Told told = (CheckOutcome.Told) outcome;
            LookupResult result = result(key, told, check.started() ? Source.MISS : Source.COALESCED);
            if (result.stale() && told.adopted()) {
                checks.remove(key, check);
                return refreshed(key, told.kept());
            }
            return Uni.createFrom().item(result);
        });
    }

    /** Looks up a task of which more may be known than what is cached; returns that, if the check takes too long or fails. */
    public Uni<LookupResult> refreshed(TaskKey key, CacheEntry cached) {
        return refreshed(key, cached, patience);
    }

    /** Looks up a task like {@link #refreshed(TaskKey, CacheEntry)}, and is patient until what is cached has expired. */
    public Uni<LookupResult> refreshedBeforeExpiry(TaskKey key, CacheEntry cached) {
        return refreshed(
                key, cached, freshness.untilExpired(cached, ticker.read()).plus(patience));
    }

    private Uni<LookupResult> refreshed(TaskKey key, CacheEntry cached, Duration limit) {
        return refresh(key, cached).ifNoItem().after(limit).recoverWithItem(() -> lastKnown(key, cached));
    }

    /** What another replica has found may be newer than what is cached here and due for a check all the same. */
    private Uni<LookupResult> refresh(TaskKey key, CacheEntry cached) {
        InFlightChecks.Joined check = checks.join(key, RequestClass.REFRESH);
        return wait(check).chain(outcome -> {
            if (outcome instanceof CheckOutcome.Told told) {
                LookupResult result = result(key, told, check.started() ? Source.REFRESHED : Source.COALESCED);
                if (result.stale() && told.adopted() && told.isLaterThan(cached)) {
                    checks.remove(key, check);
                    return refresh(key, told.kept());
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

    private LookupResult result(TaskKey key, CheckOutcome.Told told, Source source) {
        if (told.kept().terminal()) {
            live.ended(key);
        } else {
            live.asked(key);
        }
        return freshness.answer(told.kept(), told.adopted() ? Source.HIT : source, ticker.read());
    }

    private LookupResult lastKnown(TaskKey key, CacheEntry before) {
        CacheEntry cached = cache.find(key);
        return freshness.answer(cached == null ? before : cached, Source.HIT, ticker.read());
    }
}
