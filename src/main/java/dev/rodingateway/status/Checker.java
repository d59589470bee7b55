package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.status.cache.CacheEntry;
import dev.rodingateway.status.cache.StatusCache;
import dev.rodingateway.status.freshness.Backoff;
import dev.rodingateway.status.freshness.FreshnessPolicy;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;

/** Makes one check and keeps what comes of it. */
final class Checker {

    private final StatusSource rodin;
    private final StatusCache lastKnown;
    private final FreshnessPolicy lifetimes;
    private final Backoff backoff;
    private final Duration staleFor;
    private final InstantSource clock;
    private final Ticker ticker;

    /**
     * Creates a checker.
     *
     * @param staleFor how long past its lifetime a live answer may still be served
     * @param clock tells when an answer was given
     * @param ticker measures how old it is
     */
    Checker(
            StatusSource rodin,
            StatusCache lastKnown,
            FreshnessPolicy lifetimes,
            Backoff backoff,
            Duration staleFor,
            InstantSource clock,
            Ticker ticker) {
        this.rodin = rodin;
        this.lastKnown = lastKnown;
        this.lifetimes = lifetimes;
        this.backoff = backoff;
        this.staleFor = staleFor;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** Begins a check; one that ended while the caller made up its mind is not made again. */
    CompletableFuture<CheckOutcome> check(TaskKey key, RequestClass purpose) {
        CacheEntry kept = lastKnown.find(key);
        if (kept != null && !lifetimes.worthRefreshing(kept, ticker.read())) {
            return CompletableFuture.completedFuture(new CheckOutcome.Told(kept));
        }
        TaskStatus known = kept == null ? null : kept.snapshot().status();
        return rodin.check(key, purpose, known)
                .map(checked -> told(key, checked))
                .onFailure(LookupFailure.class)
                .recoverWithItem(failure -> failed(key, failure))
                .subscribeAsCompletionStage();
    }

    private CheckOutcome told(TaskKey key, CheckResult checked) {
        backoff.succeeded(key);
        Snapshot snapshot = new Snapshot(checked.status(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
        Duration lifetime = lifetimes.of(checked.status());
        Duration usableFor = checked.status().terminal() ? lifetime : lifetime.plus(staleFor);
        return new CheckOutcome.Told(
                lastKnown.keep(key, new CacheEntry(snapshot, ticker.read(), checked.took(), usableFor)));
    }

    private CheckOutcome failed(TaskKey key, LookupFailure failure) {
        if (failure.kind() == Kind.TASK_NOT_FOUND) {
            lastKnown.forget(key);
            return new CheckOutcome.Failed(failure, lifetimes.notFound(), ticker.read());
        }
        CacheEntry kept = lastKnown.find(key);
        Duration betweenChecks = kept == null ? lifetimes.betweenChecks() : lifetimes.betweenChecks(kept);
        Duration leftAlone = backoff.failed(key, failure, betweenChecks);
        return new CheckOutcome.Failed(failure, leftAlone, ticker.read());
    }
}
