package dev.rodingateway.rodin;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
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
 *   <li>Within a purpose, who comes first is granted first. Who would wait for longer than {@link Purpose#patience()}
 *       is told so at once, and who has waited so long after all, because the other purpose came for its share, is
 *       told then. So no more than 1 + budget/40 first checks and 1 + budget/8 refreshes wait. Who cancels leaves and
 *       spends nothing, except at the very moment of the grant.
 *   <li>While paused nothing is granted: who waits or comes is told at once how long the pause lasts.
 *   <li>However many of one purpose come, the other's share is its own.
 * </ol>
 *
 * <p>"Told" is failed with {@link Kind#UPSTREAM_THROTTLED} and when to come back. Thread-safe; futures are completed
 * outside of the lock, in the thread of any caller or of the timer, so two threads may complete theirs in either order.
 */
final class Budget {

    private static final int LARGEST = 100_000;
    private static final long SHORTEST_RETRY_AFTER = TimeUnit.SECONDS.toNanos(1);

    private final Object lock = new Object();
    private final double checksPerSecond;
    private final Ticker ticker;
    private final Turns turns;
    private final Alarm alarm;
    private final List<Runnable> settled = new ArrayList<>();
    private long now;
    private long pausedUntil;

    /**
     * @param perMinute the most checks in any 60 s, from 1 to 100,000, which the setting's converter sees to
     * @param ticker measures time; its origin does not matter
     * @param timer wakes the budget when somebody's turn comes
     */
    Budget(int perMinute, Ticker ticker, Timer timer) {
        if (perMinute < 1 || perMinute > LARGEST) {
            throw new IllegalArgumentException("perMinute is not from 1 to " + LARGEST);
        }
        this.checksPerSecond = perMinute * 0.75 / 60;
        this.ticker = ticker;
        this.turns = new Turns(perMinute);
        this.alarm = new Alarm(timer, this::wake);
        this.now = ticker.read();
        this.pausedUntil = now;
    }

    /** Returns what completes when the check may start, or fails with a {@link LookupFailure}; may be cancelled. */
    CompletableFuture<Void> acquire(Purpose purpose) {
        WaitingLine line = turns.line(purpose);
        CompletableFuture<Void> turn = new CompletableFuture<>();
        step(() -> admit(turn, line));
        if (!turn.isDone()) {
            turn.exceptionally(failure -> {
                step(() -> line.leave(turn));
                return null;
            });
        }
        return turn;
    }

    /** Grants nothing for so long, or for what remains of an earlier pause if that is longer. */
    void pauseFor(Duration duration) {
        step(() -> {
            pausedUntil = now + Math.max(pauseLeft(), TimeUnit.NANOSECONDS.convert(duration));
            if (pauseLeft() > 0) {
                turns.dismissAll().forEach(turn -> refuse(turn, pauseLeft()));
            }
        });
    }

    /** Returns what remains of the pause, zero when there is none. */
    Duration paused() {
        synchronized (lock) {
            passTime();
            return Duration.ofNanos(pauseLeft());
        }
    }

    /** Returns the rate that can be kept up for ever: three quarters of the budget. */
    double checksPerSecond() {
        return checksPerSecond;
    }

    /** Returns how many checks could start right now if both purposes asked for all of their shares. */
    int left() {
        synchronized (lock) {
            passTime();
            return pauseLeft() > 0 ? 0 : turns.left(now);
        }
    }

    private void wake() {
        step(alarm::clear);
    }

    /** Does one thing under the lock and what follows from it; whom that settles is told after the lock. */
    private void step(Runnable action) {
        List<Runnable> toTell;
        synchronized (lock) {
            passTime();
            action.run();
            serve();
            setAlarm();
            toTell = List.copyOf(settled);
            settled.clear();
        }
        toTell.forEach(Runnable::run);
    }

    private void passTime() {
        long elapsed = ticker.read() - now;
        if (elapsed > 0) {
            now += elapsed;
            turns.refill(elapsed);
        }
    }

    private void admit(CompletableFuture<Void> turn, WaitingLine line) {
        if (pauseLeft() > 0) {
            refuse(turn, pauseLeft());
            return;
        }
        serve();
        long wait = turns.waitOf(line, now);
        if (wait > line.patience()) {
            refuse(turn, Math.max(SHORTEST_RETRY_AFTER, wait));
        } else {
            line.join(turn, now);
        }
    }

    private void serve() {
        for (CompletableFuture<Void> turn = turns.serve(now); turn != null; turn = turns.serve(now)) {
            CompletableFuture<Void> granted = turn;
            settled.add(() -> granted.complete(null));
        }
        for (Purpose purpose : Purpose.values()) {
            WaitingLine line = turns.line(purpose);
            while (!line.isEmpty() && line.patienceLeft(now) <= 0) {
                refuse(line.dismiss(), Math.max(SHORTEST_RETRY_AFTER, turns.waitOf(line, now)));
            }
        }
    }

    private void refuse(CompletableFuture<Void> turn, long nanos) {
        LookupFailure failure = LookupFailure.of(Kind.UPSTREAM_THROTTLED).withRetryAfter(Duration.ofNanos(nanos));
        settled.add(() -> turn.completeExceptionally(failure));
    }

    private void setAlarm() {
        long next = turns.nanosUntilNext(now);
        if (next == Turns.NEVER) {
            alarm.clear();
        } else {
            alarm.set(now, next);
        }
    }

    private long pauseLeft() {
        return Math.max(0, pausedUntil - now);
    }
}
