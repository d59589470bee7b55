package dev.rodingateway.shared.budget;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.Deadline;
import dev.rodingateway.rodin.RateLimiter;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.shared.script.BudgetLevels;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * Rate limiter that takes its permits from the budget shared by all replicas. While the store is unavailable it takes
 * them from a local budget, which is this replica's share of the shared one and starts with its share of the remaining
 * permits.
 */
public final class SharedRateLimiter implements RateLimiter {

    private static final Duration SHORTEST_RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration SHORTEST_DELAY = Duration.ofMillis(1);

    private final SharedBudget budget;
    private final IntSupplier replicas;
    private final int perMinute;
    private final Ticker ticker;
    private volatile RateLimiter local;

    /**
     * Creates a limiter.
     *
     * @param replicas the number of replicas last reported by the store
     * @param perMinute the budget of all of them
     */
    public SharedRateLimiter(SharedBudget budget, IntSupplier replicas, int perMinute, Ticker ticker) {
        this.budget = budget;
        this.replicas = replicas;
        this.perMinute = perMinute;
        this.ticker = ticker;
        this.local = share(0);
    }

    /** Starts a new local budget, because the store has become unavailable. */
    public void storeLost() {
        BudgetLevels last = budget.levels();
        local = share(Math.max(0, (last.first() + last.refresh()) / 2));
    }

    @Override
    public Uni<Void> acquire(RequestClass purpose, Deadline deadline) {
        return Uni.createFrom().deferred(() -> {
            Duration paused = budget.paused();
            if (!paused.isZero()) {
                return throttled(paused);
            }
            Duration longest = shorter(deadline.longestWait(), purpose.patience());
            return budget.permit(purpose, longest)
                    .onItemOrFailure()
                    .transformToUni((permit, unavailable) ->
                            unavailable == null ? use(permit, purpose, deadline) : locally(purpose, deadline));
        });
    }

    @Override
    public void pauseFor(Duration duration) {
        budget.pause(duration);
    }

    @Override
    public Duration paused() {
        return budget.paused();
    }

    @Override
    public double refreshesPerSecond() {
        if (!budget.isAvailable()) {
            return local.refreshesPerSecond();
        }
        BudgetLevels last = budget.levels();
        return Math.max(last.permitsPerSecond() / 2, last.permitsPerSecond() - last.firstsPerSecond());
    }

    @Override
    public int left() {
        if (!budget.paused().isZero()) {
            return 0;
        }
        return budget.isAvailable() ? budget.levels().left() : local.left();
    }

    private Uni<Void> use(Permit permit, RequestClass purpose, Deadline deadline) {
        if (permit instanceof Permit.Granted granted) {
            return granted.dueIn().isZero() ? Uni.createFrom().voidItem() : delayed(granted.dueIn(), purpose, deadline);
        }
        return throttled(
                permit instanceof Permit.Paused paused ? paused.left() : ((Permit.Throttled) permit).retryAfter());
    }

    /** If the process was suspended and the permit has expired, another one is taken. */
    private Uni<Void> delayed(Duration dueIn, RequestClass purpose, Deadline deadline) {
        long begun = ticker.read();
        Duration delay = dueIn.compareTo(SHORTEST_DELAY) > 0 ? dueIn : SHORTEST_DELAY;
        return Uni.createFrom().voidItem().onItem().delayIt().by(delay).chain(() -> {
            Duration late = Duration.ofNanos(ticker.read() - begun).minus(dueIn);
            return late.compareTo(SharedBudget.PERMIT_EXPIRY) > 0
                    ? acquire(purpose, deadline)
                    : Uni.createFrom().voidItem();
        });
    }

    private Uni<Void> locally(RequestClass purpose, Deadline deadline) {
        return local.acquire(purpose, deadline).invoke(() -> budget.grantedLocally(purpose));
    }

    private RateLimiter share(double filled) {
        return RateLimiter.local(Math.max(1, perMinute / Math.max(1, replicas.getAsInt())), filled);
    }

    private static Uni<Void> throttled(Duration retryAfter) {
        return Uni.createFrom().failure(() -> LookupFailure.of(Kind.UPSTREAM_THROTTLED)
                .withRetryAfter(retryAfter.compareTo(SHORTEST_RETRY_AFTER) > 0 ? retryAfter : SHORTEST_RETRY_AFTER));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
