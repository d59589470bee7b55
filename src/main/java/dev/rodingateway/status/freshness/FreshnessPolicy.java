package dev.rodingateway.status.freshness;

import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.LookupResult.Source;
import dev.rodingateway.status.cache.CacheEntry;
import dev.rodingateway.task.TaskStatus;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How long a status counts as fresh, and the answers that follow: by its state, and for a live one no less than its fair share of the budget. */
public final class FreshnessPolicy {

    /** Where in its life an answer in demand is replaced. */
    private static final double REPLACED_AT = 0.8;

    /** The earliest that the check for it begins, however long checks take. */
    private static final double REFRESH_FROM = 0.2;

    /** When a watch looks again at a task whose check is late or has failed. */
    private static final Duration SOON = Duration.ofMillis(500);

    /** When a watch looks again at the latest: lifetimes shrink when other tasks are no longer asked for. */
    private static final Duration LATEST = Duration.ofSeconds(5);

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
     * Every answer is made here: of the same snapshot at the same time no two differ in whether they are stale, be it for a
     * look-up, a long poll, a stream or an entity tag.
     */
    public LookupResult answer(CacheEntry kept, Source source, long nowNanos) {
        Duration lifetime = of(kept.snapshot().status());
        Duration age = kept.age(nowNanos);
        boolean stale = age.compareTo(lifetime) >= 0;
        return new LookupResult(kept.snapshot(), lifetime, stale ? Source.STALE : source, age);
    }

    /** Returns how long the status of a generating task counts as fresh now. */
    public Duration generating() {
        return live(config.generating());
    }

    /** Returns how long "no such task" is believed. */
    public Duration notFound() {
        return config.notFound();
    }

    /** Returns what remains of the answer's lifetime, zero when it is over. */
    public Duration untilExpired(CacheEntry kept, long nowNanos) {
        return remaining(of(kept.snapshot().status()), kept, nowNanos);
    }

    /**
     * Returns whether a check that begins now, and takes as long as the last one did, ends in the last fifth of the
     * answer's lifetime or past it.
     */
    public boolean worthRefreshing(CacheEntry kept, long nowNanos) {
        return !kept.terminal() && untilWorthRefreshing(kept, nowNanos).isZero();
    }

    /** Returns how long it is until a live answer is worth refreshing, zero when it is. */
    Duration untilWorthRefreshing(CacheEntry kept, long nowNanos) {
        double lifetime = of(kept.snapshot().status()).toNanos();
        double from = Math.max(
                REFRESH_FROM * lifetime, REPLACED_AT * lifetime - kept.took().toNanos());
        return remaining(Duration.ofNanos((long) from), kept, nowNanos);
    }

    /** Returns when those who watch a task look it up next: when a check is due or the answer turns stale. */
    public Duration untilNextLookUp(@Nullable CacheEntry kept, long nowNanos) {
        if (kept == null) {
            return SOON;
        }
        Duration due = untilWorthRefreshing(kept, nowNanos);
        if (!due.isZero()) {
            return due.compareTo(LATEST) < 0 ? due : LATEST;
        }
        Duration expiry = untilExpired(kept, nowNanos);
        return expiry.isZero() || expiry.compareTo(SOON) > 0 ? SOON : expiry;
    }

    /** Returns the time between two checks of a task in this state while Rodin answers. */
    public Duration betweenChecks(CacheEntry kept) {
        return betweenChecks(of(kept.snapshot().status()));
    }

    /** Returns the same for a task of which nothing is known: that of a generating one. */
    public Duration betweenChecks() {
        return betweenChecks(generating());
    }

    private static Duration betweenChecks(Duration lifetime) {
        return Duration.ofNanos((long) (REPLACED_AT * lifetime.toNanos()));
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
