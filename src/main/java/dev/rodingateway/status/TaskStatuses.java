package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.status.cache.CacheEntry;
import dev.rodingateway.status.cache.LiveTasks;
import dev.rodingateway.status.cache.StatusCache;
import dev.rodingateway.status.check.CheckedLookups;
import dev.rodingateway.status.check.InFlightChecks;
import dev.rodingateway.status.freshness.FreshnessPolicy;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Knows where tasks stand while asking Rodin as seldom as honesty allows. At most one check per key is under way,
 * however many callers wait for it, and whatever becomes of them.
 *
 * <ol>
 *   <li>A fresh answer is served at once.
 *   <li>A check begins beside it early enough to end in the last fifth of its life if it takes as long as the one
 *       before, so that a key in demand makes nobody wait.
 *   <li>When it has expired the caller waits for the check, but while something is known no longer than the patience:
 *       then the last known answer is served, marked stale, and the check goes on.
 *   <li>When the check fails, the last known answer is served, marked stale, while it may be; else the failure.
 *   <li>A terminal answer is not checked again while it is kept, nor replaced by a live one.
 *   <li>"No such task" is kept for a short lifetime of its own. After any other failure the key is left alone for a
 *       while that grows; meanwhile the last known answer or the same failure is served.
 * </ol>
 */
public final class TaskStatuses {

    private final StatusCache lastKnown;
    private final InFlightChecks checks;
    private final LiveTasks live;
    private final FreshnessPolicy lifetimes;
    private final CheckedLookups checked;
    private final Ticker ticker;
    private final LookupMetrics metrics;

    TaskStatuses(
            StatusCache lastKnown,
            InFlightChecks checks,
            LiveTasks live,
            FreshnessPolicy lifetimes,
            CheckedLookups checked,
            Ticker ticker,
            LookupMetrics metrics) {
        this.lastKnown = lastKnown;
        this.checks = checks;
        this.live = live;
        this.lifetimes = lifetimes;
        this.checked = checked;
        this.ticker = ticker;
        this.metrics = metrics;
    }

    /**
     * Returns where the task stands, from what is kept or from Rodin; fails with a {@link LookupFailure}. Counts as one
     * look-up, each time it is subscribed to.
     */
    public Uni<LookupResult> lookUp(TaskKey key) {
        return Uni.createFrom().deferred(() -> {
            LookupResult fresh = fresh(key);
            return fresh == null ? metrics.count(find(key)) : Uni.createFrom().item(fresh);
        });
    }

    /** Returns where the task stands if that is known and fresh, as a look-up would; otherwise null, and asks nobody. */
    public @Nullable LookupResult fresh(TaskKey key) {
        CacheEntry kept = lastKnown.find(key);
        LookupResult fresh = kept == null ? null : fresh(key, kept);
        if (fresh != null) {
            metrics.answered(fresh.source());
        }
        return fresh;
    }

    /** Looks the task up for a caller who is counted elsewhere. */
    Uni<LookupResult> find(TaskKey key) {
        return Uni.createFrom().deferred(() -> {
            CacheEntry kept = lastKnown.find(key);
            if (kept == null) {
                return checked.first(key);
            }
            LookupResult fresh = fresh(key, kept);
            return fresh == null
                    ? checked.refreshed(key, kept)
                    : Uni.createFrom().item(fresh);
        });
    }

    /**
     * Looks the task up for those who watch it: as for a caller, but a check that is due is waited for even while the
     * known answer is fresh.
     */
    public Uni<LookupResult> next(TaskKey key) {
        return Uni.createFrom().deferred(() -> {
            CacheEntry kept = lastKnown.find(key);
            if (kept == null) {
                return checked.first(key);
            }
            asked(key, kept);
            long now = ticker.read();
            return lifetimes.worthRefreshing(kept, now)
                    ? checked.refreshedBeforeExpiry(key, kept)
                    : Uni.createFrom().item(lifetimes.answer(kept, Source.HIT, now));
        });
    }

    /** Returns when those who watch the task look it up next. */
    public Duration untilNext(TaskKey key) {
        return lifetimes.untilNextLookUp(lastKnown.find(key), ticker.read());
    }

    /** Returns what is kept of the task, fresh or stale; null if that is nothing. Asks nobody. */
    @Nullable
    public LookupResult known(TaskKey key) {
        CacheEntry kept = lastKnown.find(key);
        return kept == null ? null : lifetimes.answer(kept, Source.HIT, ticker.read());
    }

    /** Returns about how many tasks are kept. */
    long size() {
        return lastKnown.size();
    }

    /** Returns about how many checks are in flight or have just failed. */
    long checks() {
        return checks.size();
    }

    private @Nullable LookupResult fresh(TaskKey key, CacheEntry kept) {
        asked(key, kept);
        long now = ticker.read();
        LookupResult answer = lifetimes.answer(kept, Source.HIT, now);
        if (answer.stale()) {
            return null;
        }
        if (lifetimes.worthRefreshing(kept, now)) {
            InFlightChecks.Joined unused = checks.join(key, RequestClass.REFRESH);
        }
        return answer;
    }

    private void asked(TaskKey key, CacheEntry kept) {
        if (!kept.terminal()) {
            live.asked(key);
        }
    }
}
