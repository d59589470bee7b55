package dev.rodingateway.rodin.budget;

import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.Deadline;
import dev.rodingateway.rodin.RateLimiter;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Rate limiter for calls to Rodin within one process.
 *
 * <ol>
 *   <li>Any half-open window of 60 s holds at most as many permits as the budget has, bursts included.
 *   <li>Three quarters of the budget refill evenly, one quarter is the burst. Each {@link RequestClass} owns half of both, at
 *       least one permit, which the other cannot take; only what its share cannot hold flows over into the other's. So a
 *       class that is alone gets the whole sustained rate. Below a budget of 8 the shares are coarser than that.
 *   <li>Within a class, permits are granted in order of arrival. A request that would wait for longer than
 *       {@link RequestClass#patience()} is refused at once; one that has waited that long after all, because the other class
 *       claimed its share, is refused then. So at most 1 + budget/40 first checks and 1 + budget/8 refreshes wait. A request
 *       that is cancelled leaves the queue and spends nothing, except at the very moment of the grant.
 *   <li>While paused nothing is granted: who waits or arrives is refused at once until the pause ends.
 *   <li>However many requests of one class arrive, the other class keeps its share.
 * </ol>
 *
 * <p>A refusal is a failure of kind {@link Kind#UPSTREAM_THROTTLED} with a {@code Retry-After}. Thread-safe. Futures are
 * completed after the lock is released, by the thread of any caller or of the scheduler, so two threads may complete theirs
 * in either order. A dependent of one that acquires a permit itself may have to return before it gets it.
 */
public final class Budget implements RateLimiter {

    private static final int LARGEST = 100_000;

    private final Object lock = new Object();
    private final double permitsPerSecond;
    private final Ticker ticker;
    private final FairShares shares;
    private final Alarm alarm;

    /**
     * Creates a budget of which nothing is used.
     *
     * @param perMinute the most permits in any 60 s, from 1 to 100,000, as the setting's converter ensures
     * @param ticker measures time from any epoch
     * @param scheduler runs the budget when the next permit is due, on a thread that may complete futures
     */
    public Budget(int perMinute, Ticker ticker, Scheduler scheduler) {
        if (perMinute < 1 || perMinute > LARGEST) {
            throw new IllegalArgumentException("perMinute is not from 1 to " + LARGEST);
        }
        this.permitsPerSecond = perMinute * 0.75 / 60;
        this.ticker = ticker;
        this.alarm = new Alarm(scheduler, this::wake);
        this.shares = new FairShares(perMinute, ticker.read());
    }

    /**
     * Waits for a permit, each time it is subscribed to: for no longer than {@link RequestClass#patience()} and
     * {@link Deadline#longestWait()}. What would take longer is refused at once.
     *
     * @return fails with a {@link LookupFailure}
     */
    @Override
    public Uni<Void> acquire(RequestClass purpose, Deadline deadline) {
        return Uni.createFrom().deferred(() -> {
            Duration longest = deadline.longestWait();
            CompletableFuture<Void> future = acquire(purpose, longest);
            Uni<Void> permit = Uni.createFrom().completionStage(future);
            return future.isDone()
                    ? permit
                    : permit.ifNoItem().after(longest).failWith(() -> LookupFailure.of(Kind.UPSTREAM_THROTTLED)
                            .withRetryAfter(FairShares.MIN_RETRY_AFTER));
        });
    }

    /**
     * Reduces the burst of both classes to this part of their capacity, if it is more.
     *
     * @param filled from 0 to 1
     */
    public void drainTo(double filled) {
        update(() -> shares.drainTo(filled));
    }

    /** Returns a future that completes when the call may start, or fails with a {@link LookupFailure}; may be cancelled. */
    public CompletableFuture<Void> acquire(RequestClass purpose) {
        return acquire(purpose, purpose.patience());
    }

    private CompletableFuture<Void> acquire(RequestClass purpose, Duration longest) {
        CompletableFuture<Void> permit = new CompletableFuture<>();
        update(() -> shares.enqueue(permit, purpose, longest.toNanos()));
        if (!permit.isDone()) {
            permit.exceptionally(failure -> {
                update(() -> shares.remove(permit, purpose));
                return null;
            });
        }
        return permit;
    }

    /** Grants nothing for this long, or for what remains of an earlier pause if that is longer. */
    @Override
    public void pauseFor(Duration duration) {
        update(() -> shares.pause(TimeUnit.NANOSECONDS.convert(duration)));
    }

    /** Returns what remains of the pause, zero when there is none. */
    @Override
    public Duration paused() {
        synchronized (lock) {
            shares.advanceTo(ticker.read());
            return Duration.ofNanos(shares.pauseLeft());
        }
    }

    /**
     * Returns the rate that refreshes can sustain: three quarters of the budget less the first checks granted in about the
     * last half minute, and never less than half of it, which is the share of the refreshes. It changes gradually.
     */
    @Override
    public double refreshesPerSecond() {
        synchronized (lock) {
            shares.advanceTo(ticker.read());
            return Math.max(permitsPerSecond / 2, permitsPerSecond - shares.firstsPerSecond());
        }
    }

    /** Returns how many calls could start right now if both classes asked for all of their shares. */
    @Override
    public int left() {
        synchronized (lock) {
            shares.advanceTo(ticker.read());
            return shares.available();
        }
    }

    private void wake() {
        update(alarm::clear);
    }

    /** Runs an action and what follows from it under the lock. Futures are completed after the lock is released. */
    private void update(Runnable action) {
        List<Runnable> completions;
        synchronized (lock) {
            shares.advanceTo(ticker.read());
            action.run();
            completions = shares.takeCompletions();
            setAlarm();
        }
        Completions.run(completions);
    }

    private void setAlarm() {
        long next = shares.nanosUntilNext();
        if (next == FairShares.NEVER) {
            alarm.clear();
        } else {
            alarm.set(ticker.read(), next);
        }
    }
}
