package dev.rodingateway.status.check;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.status.CheckCoordinator;
import dev.rodingateway.status.SharedResult;
import dev.rodingateway.status.Snapshot;
import dev.rodingateway.status.cache.CacheEntry;
import dev.rodingateway.status.cache.StatusCache;
import dev.rodingateway.status.freshness.Backoff;
import dev.rodingateway.status.freshness.FreshnessPolicy;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Caches the results of checks, made here or by another replica. */
public final class OutcomeRecorder {

    private final StatusCache cache;
    private final FreshnessPolicy freshness;
    private final Backoff backoff;
    private final Duration staleFor;
    private final Ticker ticker;

    /**
     * Creates a recorder.
     *
     * @param staleFor how long after its lifetime a live status may still be served
     * @param ticker measures the age of a status
     */
    public OutcomeRecorder(
            StatusCache cache, FreshnessPolicy freshness, Backoff backoff, Duration staleFor, Ticker ticker) {
        this.cache = cache;
        this.freshness = freshness;
        this.backoff = backoff;
        this.staleFor = staleFor;
        this.ticker = ticker;
    }

    /** Records and reports the status that a check made here returned. */
    public CheckOutcome found(TaskKey key, CheckResult result, CheckCoordinator.Lease lease) {
        backoff.succeeded(key);
        Instant checkedAt = lease.now().truncatedTo(ChronoUnit.MILLIS);
        Snapshot snapshot = new Snapshot(result.status(), checkedAt, lease.token(), false);
        Duration usableFor = usableFor(result.status());
        CacheEntry cached = cache.keep(key, new CacheEntry(snapshot, ticker.read(), result.took(), usableFor));
        lease.found(result, checkedAt, usableFor);
        return new CheckOutcome.Succeeded(cached);
    }

    /** Records and reports the failure of a check made here. */
    public CheckOutcome failed(TaskKey key, LookupFailure failure, CheckCoordinator.Lease lease) {
        Duration recheckDelay;
        if (failure.kind() == Kind.TASK_NOT_FOUND) {
            cache.forget(key);
            recheckDelay = freshness.notFound();
        } else {
            recheckDelay = backoff.failed(key, failure, betweenChecks(key));
        }
        lease.failed(failure, recheckDelay);
        return new CheckOutcome.Failed(failure, recheckDelay, ticker.read(), lease.token());
    }

    /** Records the result of another replica. One that is older than the cached status is ignored. */
    public CheckOutcome adopt(TaskKey key, SharedResult result) {
        return result instanceof SharedResult.Status status
                ? new CheckOutcome.Succeeded(adoptStatus(key, status))
                : adoptFailure(key, (SharedResult.Failed) result);
    }

    /** Counts the failure of another replica's check, so that the delays of all replicas increase alike. */
    public void count(TaskKey key, LookupFailure failure) {
        if (failure.kind() != Kind.TASK_NOT_FOUND) {
            Duration unused = backoff.failed(key, failure, betweenChecks(key));
        }
    }

    /** Removes a task. */
    public void forget(TaskKey key) {
        cache.forget(key);
        backoff.succeeded(key);
    }

    /** Returns what is cached of the task, for other replicas; null if nothing is. */
    public CheckCoordinator.@Nullable Known cached(TaskKey key) {
        CacheEntry cached = cache.find(key);
        if (cached == null) {
            return null;
        }
        Snapshot snapshot = cached.snapshot();
        Duration age = cached.age(ticker.read());
        return new CheckCoordinator.Known(
                new SharedResult.Status(snapshot.status(), snapshot.token(), snapshot.checkedAt(), age, cached.took()),
                cached.usableFor().minus(age));
    }

    private CacheEntry adoptStatus(TaskKey key, SharedResult.Status found) {
        CacheEntry before = cache.find(key);
        if (before != null && before.snapshot().token() >= found.token()) {
            return before;
        }
        backoff.succeeded(key);
        Snapshot snapshot = new Snapshot(found.status(), found.checkedAt(), found.token(), true);
        long checkedNanos = ticker.read() - found.age().toNanos();
        return cache.keep(key, new CacheEntry(snapshot, checkedNanos, found.took(), usableFor(found.status())));
    }

    private CheckOutcome adoptFailure(TaskKey key, SharedResult.Failed found) {
        CacheEntry before = cache.find(key);
        if (before != null && found.failure().kind() == Kind.TASK_NOT_FOUND) {
            if (before.terminal() || before.snapshot().token() > found.token()) {
                return new CheckOutcome.Succeeded(before);
            }
            cache.forget(key);
        }
        return new CheckOutcome.Failed(found.failure().withoutCall(), found.left(), ticker.read(), found.token());
    }

    private Duration usableFor(TaskStatus status) {
        Duration lifetime = freshness.of(status);
        return status.terminal() ? lifetime : lifetime.plus(staleFor);
    }

    private Duration betweenChecks(TaskKey key) {
        CacheEntry cached = cache.find(key);
        return cached == null ? freshness.betweenChecks() : freshness.betweenChecks(cached);
    }
}
