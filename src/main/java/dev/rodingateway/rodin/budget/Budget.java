package dev.rodingateway.rodin.budget;

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
 * Says when a check may start, so that Rodin never has a reason to refuse one:
 *
 * <ol>
 *   <li>In any half-open window of 60 s no more checks are granted than the budget has, bursts included.
 *   <li>Three quarters of the budget refill evenly, a quarter is the burst. Each purpose owns half of both, at least
 *       one check, which the other cannot take; only what its share cannot hold flows over into the other's. So a
 *       lone purpose gets the whole sustained rate. Below a budget of 8 the shares are coarser than that.
 *   <li>Within a purpose, who comes first is granted first. Who would wait for longer than {@link RequestClass#patience()}
 *       is told so at once, and who has waited so long after all, because the other purpose came for its share, is
 *       told then. So no more than 1 + budget/40 first checks and 1 + budget/8 refreshes wait. Who cancels leaves and
 *       spends nothing, except at the very moment of the grant.
 *   <li>While paused nothing is granted: who waits or comes is told at once how long the pause lasts.
 *   <li>However many of one purpose come, the other's share is its own.
 * </ol>
 *
 * <p>"Told" is failed with {@link Kind#UPSTREAM_THROTTLED} and when to come back. Thread-safe; futures are completed
 * outside of the lock, in the thread of any caller or of the timer, so two threads may complete theirs in either order.
 * A dependent of one that asks for a permit itself may have to return before it gets it.
 */
public final class Budget implements RateLimiter {

    private static final int LARGEST = 100_000;

    private final Object lock = new Object();
    private final double checksPerSecond;
    private final Ticker ticker;
    private final Admission admission;
    private final Alarm alarm;
    private long now;

    /**
     * Creates a budget of which nothing is used.
     *
     * @param perMinute the most checks in any 60 s, from 1 to 100,000, which the setting's converter sees to
     * @param ticker measures time; its origin does not matter
     * @param timer wakes the budget when somebody's turn comes
     */
    public Budget(int perMinute, Ticker ticker, Timer timer) {
        if (perMinute < 1 || perMinute > LARGEST) {
            throw new IllegalArgumentException("perMinute is not from 1 to " + LARGEST);
        }
        this.checksPerSecond = perMinute * 0.75 / 60;
        this.ticker = ticker;
        this.alarm = new Alarm(timer, this::wake);
        this.now = ticker.read();
        this.admission = new Admission(perMinute, now);
    }

    /**
     * Waits for a permit, each time it is subscribed to: for no longer than {@link RequestClass#patience()} and
     * {@link Deadline#longestWait()}. What would take longer is told so at once.
     *
     * @return fails with a {@link LookupFailure}
     */
    @Override
    public Uni<Void> acquire(RequestClass purpose, Deadline deadline) {
        return Uni.createFrom().deferred(() -> {
            Duration longest = deadline.longestWait();
            CompletableFuture<Void> turn = acquire(purpose, longest);
            Uni<Void> permit = Uni.createFrom().completionStage(turn);
            return turn.isDone()
                    ? permit
                    : permit.ifNoItem().after(longest).failWith(() -> LookupFailure.of(Kind.UPSTREAM_THROTTLED)
                            .withRetryAfter(Admission.SHORTEST_RETRY_AFTER));
        });
    }

    /**
     * Takes from the burst of both purposes what is more than this part of it.
     *
     * @param filled from 0 to 1
     */
    public void drainTo(double filled) {
        step(() -> admission.drainTo(filled));
    }

    /** Returns what completes when the check may start, or fails with a {@link LookupFailure}; may be cancelled. */
    public CompletableFuture<Void> acquire(RequestClass purpose) {
        return acquire(purpose, purpose.patience());
    }

    private CompletableFuture<Void> acquire(RequestClass purpose, Duration longest) {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        step(() -> admission.admit(turn, purpose, longest.toNanos(), now));
        if (!turn.isDone()) {
            turn.exceptionally(failure -> {
                step(() -> admission.leave(turn, purpose));
                return null;
            });
        }
        return turn;
    }

    /** Grants nothing for so long, or for what remains of an earlier pause if that is longer. */
    @Override
    public void pauseFor(Duration duration) {
        step(() -> admission.pause(TimeUnit.NANOSECONDS.convert(duration), now));
    }

    /** Returns what remains of the pause, zero when there is none. */
    @Override
    public Duration paused() {
        synchronized (lock) {
            passTime();
            return Duration.ofNanos(admission.pauseLeft(now));
        }
    }

    /**
     * Returns the rate that refreshes can keep up: three quarters of the budget less the first checks granted in about the
     * last half minute, and never less than half of it, which is the share of the refreshes. It changes gradually.
     */
    @Override
    public double refreshesPerSecond() {
        synchronized (lock) {
            passTime();
            return Math.max(checksPerSecond / 2, checksPerSecond - admission.firstsPerSecond(now));
        }
    }

    /** Returns how many checks could start right now if both purposes asked for all of their shares. */
    @Override
    public int left() {
        synchronized (lock) {
            passTime();
            return admission.left(now);
        }
    }

    private void wake() {
        step(alarm::clear);
    }

    /** Does one thing under the lock and what follows from it. Futures are completed after the lock is released. */
    private void step(Runnable action) {
        List<Runnable> toTell;
        synchronized (lock) {
            passTime();
            action.run();
            toTell = admission.settle(now);
            setAlarm();
        }
        Completions.run(toTell);
    }

    private void passTime() {
        long elapsed = ticker.read() - now;
        if (elapsed > 0) {
            now += elapsed;
            admission.refill(elapsed);
        }
    }

    private void setAlarm() {
        long next = admission.nanosUntilNext(now);
        if (next == Turns.NEVER) {
            alarm.clear();
        } else {
            alarm.set(now, next);
        }
    }
}
