package dev.rodingateway.status.freshness;

import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.status.cache.CacheEntry;
import dev.rodingateway.task.TaskStatus;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Determines the lifetime of a status: by its state, and for a live task at least the interval at which its fair share
 * of the budget allows checks.
 */
public final class FreshnessPolicy {

    /** The fraction of its lifetime by which the refresh of a requested status is to have completed. */
    private static final double REFRESHED_BY = 0.8;

    /** The fraction of its lifetime before which no refresh starts, however long checks take. */
    private static final double REFRESH_FROM = 0.2;

    /** The interval at which a watched task is looked up while its check is late or has failed. */
    private static final Duration RETRY_INTERVAL = Duration.ofMillis(500);

    /**
     * The longest interval at which a watched task is looked up: lifetimes become shorter when other tasks are no
     * longer requested.
     */
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(5);

    private final FreshnessConfig config;
    private final Supplier<Duration> fairShare;

    public FreshnessPolicy(FreshnessConfig config, Supplier<Duration> fairShare) {
        this.config = config;
        this.fairShare = fairShare;
    }

    public Duration of(TaskStatus status) {
        return switch (status.overall()) {
            case WAITING -> live(config.waiting());
            case GENERATING -> live(config.generating());
            case DONE, FAILED, CANCELED -> config.terminal();
        };
    }

    /**
     * Returns the result of a look-up. All results are created here, so that look-ups, long polls, streams and entity
     * tags agree on whether a snapshot is stale at a given time.
     */
    public LookupResult answer(CacheEntry kept, Source source, long nowNanos) {
        Duration lifetime = of(kept.snapshot().status());
        Duration age = kept.age(nowNanos);
        boolean stale = age.compareTo(lifetime) >= 0;
        return new LookupResult(kept.snapshot(), lifetime, stale ? Source.STALE : source, age);
    }

    /** Returns the current lifetime of the status of a generating task. */
    public Duration generating() {
        return live(config.generating());
    }

    /** Returns how long "no such task" is cached. */
    public Duration notFound() {
        return config.notFound();
    }

    /** Returns the remaining lifetime of the status, zero when it has expired. */
    public Duration untilExpired(CacheEntry kept, long nowNanos) {
        return remaining(of(kept.snapshot().status()), kept, nowNanos);
    }

    /**
     * Returns whether a live status is due for refresh: a check that starts now and takes as long as the last one would
     * end in the last fifth of the status' lifetime or after it.
     */
    public boolean isDueForRefresh(CacheEntry kept, long nowNanos) {
        return !kept.terminal() && untilDueForRefresh(kept, nowNanos).isZero();
    }

    /** Returns the time until a live status is due for refresh, zero when it is. */
    Duration untilDueForRefresh(CacheEntry kept, long nowNanos) {
        double lifetime = of(kept.snapshot().status()).toNanos();
        double from = Math.max(
                REFRESH_FROM * lifetime, REFRESHED_BY * lifetime - kept.took().toNanos());
        return remaining(Duration.ofNanos((long) from), kept, nowNanos);
    }

    /**
     * Returns the delay until a watched task is to be looked up again: until a check is due or the status becomes
     * stale.
     */
    public Duration untilNextLookUp(@Nullable CacheEntry kept, long nowNanos) {
        if (kept == null) {
            return RETRY_INTERVAL;
        }
        Duration due = untilDueForRefresh(kept, nowNanos);
        if (!due.isZero()) {
            return due.compareTo(LONGEST_INTERVAL) < 0 ? due : LONGEST_INTERVAL;
        }
        Duration expiry = untilExpired(kept, nowNanos);
        return expiry.isZero() || expiry.compareTo(RETRY_INTERVAL) > 0 ? RETRY_INTERVAL : expiry;
    }

    /** Returns the interval between two successful checks of a task in this state. */
    public Duration betweenChecks(CacheEntry kept) {
        return betweenChecks(of(kept.snapshot().status()));
    }

    /**
     * Returns the interval between two successful checks of a task without a cached status: that of a generating one.
     */
    public Duration betweenChecks() {
        return betweenChecks(generating());
    }

    private static Duration betweenChecks(Duration lifetime) {
        return Duration.ofNanos((long) (REFRESHED_BY * lifetime.toNanos()));
    }

    private static Duration remaining(Duration of, CacheEntry kept, long nowNanos) {
        Duration left = of.minus(kept.age(nowNanos));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Duration live(Duration ofState) {
        Duration share = fairShare.get();
        return share.compareTo(ofState) > 0 ? share : ofState;
    }
}
