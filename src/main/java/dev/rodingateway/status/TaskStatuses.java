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
 * Looks up the statuses of tasks with as few calls to Rodin as possible. At most one check per key is in flight,
 * however many callers wait for it, and whether or not they disconnect.
 *
 * <ol>
 *   <li>A fresh status is served from the cache.
 *   <li>It is refreshed in the background, early enough for the check to end in the last fifth of its lifetime if it
 *       takes as long as the one before, so that look-ups of a frequently requested key do not wait.
 *   <li>When it has expired, the caller waits for a check, but at most for the configured patience: then the cached
 *       status is served, marked stale, and the check continues.
 *   <li>When the check fails, the cached status is served, marked stale, as long as it may be; otherwise the look-up
 *       fails.
 *   <li>A terminal status is not checked again while it is cached, nor replaced by a live one.
 *   <li>"No such task" is cached for a short lifetime of its own. After any other failure the next check of the key is
 *       delayed, increasingly so; until then the cached status or the same failure is served.
 * </ol>
 */
public final class TaskStatuses {

    private final StatusCache cache;
    private final InFlightChecks checks;
    private final LiveTasks live;
    private final FreshnessPolicy freshness;
    private final CheckedLookups checkedLookups;
    private final Ticker ticker;
    private final LookupMetrics metrics;

    TaskStatuses(
            StatusCache cache,
            InFlightChecks checks,
            LiveTasks live,
            FreshnessPolicy freshness,
            CheckedLookups checkedLookups,
            Ticker ticker,
            LookupMetrics metrics) {
        this.cache = cache;
        this.checks = checks;
        this.live = live;
        this.freshness = freshness;
        this.checkedLookups = checkedLookups;
        this.ticker = ticker;
        this.metrics = metrics;
    }

    /**
     * Returns the status of the task, from the cache or from Rodin; fails with a {@link LookupFailure}. Each
     * subscription counts as one look-up.
     */
    public Uni<LookupResult> lookUp(TaskKey key) {
        return Uni.createFrom().deferred(() -> {
            LookupResult fresh = fresh(key);
            return fresh == null ? metrics.count(find(key)) : Uni.createFrom().item(fresh);
        });
    }

    /** Returns the cached status if it is fresh, and counts a look-up; otherwise returns null without a check. */
    public @Nullable LookupResult fresh(TaskKey key) {
        CacheEntry kept = cache.find(key);
        LookupResult fresh = kept == null ? null : fresh(key, kept);
        if (fresh != null) {
            metrics.answered(fresh.source());
        }
        return fresh;
    }

    /** Looks up the task without counting a look-up. */
    Uni<LookupResult> find(TaskKey key) {
        return Uni.createFrom().deferred(() -> {
            CacheEntry kept = cache.find(key);
            if (kept == null) {
                return checkedLookups.first(key);
            }
            LookupResult fresh = fresh(key, kept);
            return fresh == null
                    ? checkedLookups.refreshed(key, kept)
                    : Uni.createFrom().item(fresh);
        });
    }

    /**
     * Looks up a watched task: like a look-up of a caller, but waits for a check that is due even while the cached
     * status is fresh.
     */
    public Uni<LookupResult> next(TaskKey key) {
        return Uni.createFrom().deferred(() -> {
            CacheEntry kept = cache.find(key);
            if (kept == null) {
                return checkedLookups.first(key);
            }
            markLive(key, kept);
            long now = ticker.read();
            return freshness.isDueForRefresh(kept, now)
                    ? checkedLookups.refreshedBeforeExpiry(key, kept)
                    : Uni.createFrom().item(freshness.answer(kept, Source.HIT, now));
        });
    }

    /** Returns the delay until a watched task is to be looked up again. */
    public Duration untilNext(TaskKey key) {
        return freshness.untilNextLookUp(cache.find(key), ticker.read());
    }

    /** Returns the cached status, fresh or stale, without a check; null if there is none. */
    @Nullable
    public LookupResult known(TaskKey key) {
        CacheEntry kept = cache.find(key);
        return kept == null ? null : freshness.answer(kept, Source.HIT, ticker.read());
    }

    /** Returns the approximate number of cached tasks. */
    long size() {
        return cache.size();
    }

    /** Returns the approximate number of checks that are in flight or have just failed. */
    long checks() {
        return checks.size();
    }

    private @Nullable LookupResult fresh(TaskKey key, CacheEntry kept) {
        markLive(key, kept);
        long now = ticker.read();
        LookupResult answer = freshness.answer(kept, Source.HIT, now);
        if (answer.stale()) {
            return null;
        }
        if (freshness.isDueForRefresh(kept, now)) {
            InFlightChecks.Joined unused = checks.join(key, RequestClass.REFRESH);
        }
        return answer;
    }

    private void markLive(TaskKey key, CacheEntry kept) {
        if (!kept.terminal()) {
            live.requested(key);
        }
    }
}
