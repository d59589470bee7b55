package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.Checked;
import dev.rodingateway.rodin.Purpose;
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
    private final LastKnown lastKnown;
    private final Lifetimes lifetimes;
    private final Backoff backoff;
    private final Duration staleFor;
    private final InstantSource clock;
    private final Ticker ticker;

    /**
     * @param staleFor how long past its lifetime a live answer may still be served
     * @param clock tells when an answer was given
     * @param ticker measures how old it is
     */
    Checker(
            StatusSource rodin,
            LastKnown lastKnown,
            Lifetimes lifetimes,
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
    CompletableFuture<Outcome> check(TaskKey key, Purpose purpose) {
        Kept kept = lastKnown.find(key);
        if (kept != null && !lifetimes.worthRefreshing(kept, ticker.read())) {
            return CompletableFuture.completedFuture(new Outcome.Told(kept));
        }
        TaskStatus known = kept == null ? null : kept.snapshot().status();
        return rodin.check(key, purpose, known)
                .map(checked -> told(key, checked))
                .onFailure(LookupFailure.class)
                .recoverWithItem(failure -> failed(key, failure))
                .subscribeAsCompletionStage();
    }

    private Outcome told(TaskKey key, Checked checked) {
        backoff.succeeded(key);
        Snapshot snapshot = new Snapshot(checked.status(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
        Duration lifetime = lifetimes.of(checked.status());
        Duration usableFor = checked.status().terminal() ? lifetime : lifetime.plus(staleFor);
        return new Outcome.Told(lastKnown.keep(key, new Kept(snapshot, ticker.read(), checked.took(), usableFor)));
    }

    private Outcome failed(TaskKey key, LookupFailure failure) {
        if (failure.kind() == Kind.TASK_NOT_FOUND) {
            lastKnown.forget(key);
            return new Outcome.Failed(failure, lifetimes.notFound(), ticker.read());
        }
        Kept kept = lastKnown.find(key);
        Duration betweenChecks = kept == null ? lifetimes.betweenChecks() : lifetimes.betweenChecks(kept);
        Duration leftAlone = backoff.failed(key, failure, betweenChecks);
        return new Outcome.Failed(failure, leftAlone, ticker.read());
    }
}
