package dev.rodingateway.rodin.budget;

import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Decides which permits are granted, which wait and which are refused, so that first checks and refreshes share the budget
 * evenly. Completes no future itself: {@link #takeCompletions} returns what is to be completed after the lock is released.
 * Times are nanoseconds from an arbitrary epoch that never go back. Not thread-safe.
 */
final class FairShares {

    /** Returned by {@link #nanosUntilNext} when nobody waits. */
    static final long NEVER = Long.MAX_VALUE;

    /** The shortest {@code Retry-After} of a refusal. */
    static final Duration MIN_RETRY_AFTER = Duration.ofSeconds(1);

    private final WaitQueue firsts;
    private final WaitQueue refreshes;
    private final @Nullable SlidingWindow window;
    private final SmoothedRate firstGrants;
    private final ReturnTimes returnTimes;
    private final List<Runnable> completions = new ArrayList<>();
    private WaitQueue preferred;
    private long now;
    private long pausedUntil;

    /** Creates shares of which nothing is used; {@code perMinute} is the whole budget. */
    FairShares(int perMinute, long now) {
        this.firsts = new WaitQueue(RequestClass.FIRST, new TokenBucket(perMinute));
        this.refreshes = new WaitQueue(RequestClass.REFRESH, new TokenBucket(perMinute));
        this.window = perMinute <= SlidingWindow.LARGEST_BUDGET ? new SlidingWindow(perMinute) : null;
        this.firstGrants = new SmoothedRate(now);
        this.returnTimes = new ReturnTimes(perMinute, now);
        this.preferred = firsts;
        this.now = now;
        this.pausedUntil = now;
    }

    /** Sets the time, unless that would go back. */
    void advanceTo(long time) {
        long elapsed = time - now;
        if (elapsed > 0) {
            now = time;
            TokenBucket.refill(firsts.share(), refreshes.share(), elapsed);
        }
    }

    /**
     * Enqueues the request if its permit is due in time, as far as is known now; otherwise refuses it.
     *
     * @param maxWait the longest that this request may wait, in nanoseconds; never longer than its class may
     */
    void enqueue(CompletableFuture<Void> permit, RequestClass requestClass, long maxWait) {
        if (pauseLeft() > 0) {
            refuse(permit, pauseLeft());
            return;
        }
        grantDue();
        WaitQueue queue = queue(requestClass);
        long wait = waitOfNext(queue);
        if (wait <= Math.min(maxWait, queue.maxWait())) {
            queue.add(permit, now);
        } else {
            refuse(permit, queue == firsts ? returnTimes.next(wait, !refreshes.isEmpty(), now) : wait);
        }
    }

    /** Removes a request that no longer waits, if it is still in its queue. */
    void remove(CompletableFuture<Void> permit, RequestClass requestClass) {
        queue(requestClass).remove(permit);
    }

    /** Grants nothing for this long, or for the rest of the current pause if that is longer; refuses all who wait. */
    void pause(long nanos) {
        pausedUntil = now + Math.max(pauseLeft(), nanos);
        if (pauseLeft() > 0) {
            firsts.removeAll().forEach(permit -> refuse(permit, pauseLeft()));
            refreshes.removeAll().forEach(permit -> refuse(permit, pauseLeft()));
        }
    }

    /** Reduces both shares to this part of their capacity, if they hold more. */
    void drainTo(double filled) {
        firsts.share().drainTo(filled);
        refreshes.share().drainTo(filled);
    }

    /** Returns the rest of the pause in nanoseconds, zero when there is none. */
    long pauseLeft() {
        return Math.max(0, pausedUntil - now);
    }

    /** Returns how many permits could be granted now if both classes asked for all of their shares. */
    int available() {
        if (pauseLeft() > 0) {
            return 0;
        }
        int permits = firsts.share().permits() + refreshes.share().permits();
        while (permits > 0 && nanosUntilWindowAllows(permits) > 0) {
            permits--;
        }
        return permits;
    }

    /** Returns the recent rate of first checks. */
    double firstsPerSecond() {
        return firstGrants.perSecond(now);
    }

    /** Returns the nanoseconds until the next permit is due or the next request has waited too long, or {@link #NEVER}. */
    long nanosUntilNext() {
        return Math.min(nanosUntilNext(firsts), nanosUntilNext(refreshes));
    }

    /** Grants what is due, refuses who has waited too long, and returns the completions since the last call. */
    List<Runnable> takeCompletions() {
        grantDue();
        List<Runnable> taken = List.copyOf(completions);
        completions.clear();
        return taken;
    }

    private void grantDue() {
        boolean granted;
        do {
            granted = grantNext();
        } while (granted);
        for (WaitQueue queue : List.of(firsts, refreshes)) {
            while (!queue.isEmpty() && queue.nanosUntilTimeout(now) <= 0) {
                refuse(queue.removeFirst(), waitOfNext(queue));
            }
        }
    }

    /** The classes take turns where both could be served: it matters where the window is scarcer than the shares. */
    private boolean grantNext() {
        WaitQueue queue = preferred.isServable() ? preferred : other(preferred);
        if (!queue.isServable() || nanosUntilWindowAllows(1) > 0) {
            return false;
        }
        if (window != null) {
            window.add(now);
        }
        if (queue == firsts) {
            firstGrants.add(now);
        }
        preferred = other(queue);
        queue.share().take();
        CompletableFuture<Void> permit = queue.removeFirst();
        completions.add(() -> permit.complete(null));
        return true;
    }

    private void refuse(CompletableFuture<Void> permit, long nanos) {
        Duration retryAfter = Duration.ofNanos(Math.max(MIN_RETRY_AFTER.toNanos(), nanos));
        LookupFailure failure = LookupFailure.of(Kind.UPSTREAM_THROTTLED).withRetryAfter(retryAfter);
        completions.add(() -> permit.completeExceptionally(failure));
    }

    /** Returns how long a request that joins this queue now will wait, unless the other queue grows. */
    private long waitOfNext(WaitQueue queue) {
        int place = queue.size() + 1;
        return waitOf(queue, place, place + other(queue).size());
    }

    private long nanosUntilNext(WaitQueue queue) {
        return queue.isEmpty() ? NEVER : Math.min(waitOf(queue, 1, 1), queue.nanosUntilTimeout(now));
    }

    private long waitOf(WaitQueue queue, int place, int placeOfAll) {
        WaitQueue other = other(queue);
        return Math.max(
                queue.share().nanosUntil(place, other.share(), other.size()), nanosUntilWindowAllows(placeOfAll));
    }

    private long nanosUntilWindowAllows(int permits) {
        return window == null ? 0 : window.nanosUntil(permits, now);
    }

    private WaitQueue queue(RequestClass requestClass) {
        return switch (requestClass) {
            case FIRST -> firsts;
            case REFRESH -> refreshes;
        };
    }

    private WaitQueue other(WaitQueue queue) {
        return queue == firsts ? refreshes : firsts;
    }
}
