package dev.rodingateway.status.check;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.status.CheckCoordinator;
import dev.rodingateway.status.cache.CacheEntry;
import dev.rodingateway.status.cache.StatusCache;
import dev.rodingateway.status.freshness.FreshnessPolicy;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.CompletableFuture;

/** Makes one check, or adopts the result of another replica. */
public final class Checker {

    private final StatusSource rodin;
    private final CheckCoordinator coordinator;
    private final OutcomeRecorder recorder;
    private final StatusCache cache;
    private final FreshnessPolicy freshness;
    private final Ticker ticker;

    /**
     * Creates a checker.
     *
     * @param ticker measures the age of a cached status
     */
    public Checker(
            StatusSource rodin,
            CheckCoordinator coordinator,
            OutcomeRecorder recorder,
            StatusCache cache,
            FreshnessPolicy freshness,
            Ticker ticker) {
        this.rodin = rodin;
        this.coordinator = coordinator;
        this.recorder = recorder;
        this.cache = cache;
        this.freshness = freshness;
        this.ticker = ticker;
    }

    /** Starts a check, unless one has ended since the caller decided to make it. */
    public CompletableFuture<CheckOutcome> check(TaskKey key, RequestClass requestClass) {
        CacheEntry cached = cache.find(key);
        if (cached != null && !freshness.isDueForRefresh(cached, ticker.read())) {
            return CompletableFuture.completedFuture(new CheckOutcome.Succeeded(cached));
        }
        long token = cached == null ? 0 : cached.snapshot().token();
        return coordinator
                .begin(key, requestClass, token)
                .chain(decision -> decision instanceof CheckCoordinator.Decision.Adopt adopt
                        ? Uni.createFrom().item(recorder.adopt(key, adopt.result()))
                        : checkHere(key, requestClass, ((CheckCoordinator.Decision.Proceed) decision).lease()))
                .subscribeAsCompletionStage();
    }

    private Uni<CheckOutcome> checkHere(TaskKey key, RequestClass requestClass, CheckCoordinator.Lease lease) {
        return Uni.createFrom()
                .deferred(() -> {
                    CacheEntry known = cache.find(key);
                    return rodin.check(
                            key,
                            requestClass,
                            known == null ? null : known.snapshot().status());
                })
                .map(result -> recorder.found(key, result, lease))
                .onFailure(LookupFailure.class)
                .recoverWithItem(failure -> recorder.failed(key, failure, lease))
                .onFailure()
                .invoke(lease::release);
    }
}
