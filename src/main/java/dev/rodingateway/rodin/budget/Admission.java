package dev.rodingateway.rodin.budget;

import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Decides who may check now, who waits, and who is told when to come back. It completes nobody's turn itself: it hands
 * out what is to be told, so that it can be told outside of a lock. Times are nanoseconds of arbitrary origin that never
 * go back. Not thread-safe.
 */
final class Admission {

    /** The least that is told to anyone who is refused. */
    static final Duration SHORTEST_RETRY_AFTER = Duration.ofSeconds(1);

    private final Turns turns;
    private final ReturnTimes returns;
    private final List<Runnable> settled = new ArrayList<>();
    private long pausedUntil;

    Admission(int perMinute, long now) {
        this.turns = new Turns(perMinute, now);
        this.returns = new ReturnTimes(perMinute, now);
        this.pausedUntil = now;
    }

    /** Lets time pass. */
    void refill(long nanos) {
        turns.refill(nanos);
    }

    /** Takes from both shares what is more than this part of their capacity. */
    void drainTo(double filled) {
        turns.drainTo(filled);
    }

    /**
     * Enqueues the turn if it is due in time, as far as can be told now; otherwise it is refused.
     *
     * @param longest the most nanoseconds that this one may wait; never is it more than its line's patience
     */
    void admit(CompletableFuture<Void> turn, RequestClass purpose, long longest, long now) {
        if (pauseLeft(now) > 0) {
            refuse(turn, pauseLeft(now));
            return;
        }
        serve(now);
        WaitQueue line = turns.line(purpose);
        long wait = turns.waitOf(line, now);
        if (wait > Math.min(longest, line.patience())) {
            refuse(
                    turn,
                    purpose == RequestClass.FIRST
                            ? returns.next(
                                    wait, !turns.line(RequestClass.REFRESH).isEmpty(), now)
                            : wait);
        } else {
            line.join(turn, now);
        }
    }

    /** Lets the turn wait no longer; nothing happens if it does not. */
    void leave(CompletableFuture<Void> turn, RequestClass purpose) {
        turns.line(purpose).leave(turn);
    }

    /** Grants nothing for so long, or for what remains of an earlier pause if that is longer; all who wait are refused. */
    void pause(long nanos, long now) {
        pausedUntil = now + Math.max(pauseLeft(now), nanos);
        if (pauseLeft(now) > 0) {
            turns.dismissAll().forEach(turn -> refuse(turn, pauseLeft(now)));
        }
    }

    /** Returns how many first checks a second were granted of late. */
    double firstsPerSecond(long now) {
        return turns.firstsPerSecond(now);
    }

    /** Returns what remains of the pause, zero when there is none. */
    long pauseLeft(long now) {
        return Math.max(0, pausedUntil - now);
    }

    /** Returns how many checks could be granted now if both purposes asked for all of their shares. */
    int left(long now) {
        return pauseLeft(now) > 0 ? 0 : turns.left(now);
    }

    /** Returns the nanoseconds until someone can be served or loses patience, or {@link Turns#NEVER}. */
    long nanosUntilNext(long now) {
        return turns.nanosUntilNext(now);
    }

    /** Serves whom it can, and returns what settles the turns that were granted or refused since the last time. */
    List<Runnable> settle(long now) {
        serve(now);
        List<Runnable> toTell = List.copyOf(settled);
        settled.clear();
        return toTell;
    }

    private void serve(long now) {
        for (CompletableFuture<Void> turn = turns.serve(now); turn != null; turn = turns.serve(now)) {
            CompletableFuture<Void> granted = turn;
            settled.add(() -> granted.complete(null));
        }
        for (RequestClass purpose : RequestClass.values()) {
            WaitQueue line = turns.line(purpose);
            while (!line.isEmpty() && line.patienceLeft(now) <= 0) {
                refuse(line.dismiss(), turns.waitOf(line, now));
            }
        }
    }

    private void refuse(CompletableFuture<Void> turn, long nanos) {
        Duration told = Duration.ofNanos(Math.max(SHORTEST_RETRY_AFTER.toNanos(), nanos));
        LookupFailure failure = LookupFailure.of(Kind.UPSTREAM_THROTTLED).withRetryAfter(told);
        settled.add(() -> turn.completeExceptionally(failure));
    }
}
