package dev.rodingateway.rodin.budget;

import dev.rodingateway.rodin.RequestClass;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is, by the shares and the window. Where only the window is scarce, as with tiny budgets, the purposes
 * take turns. Times are nanoseconds of arbitrary origin that never go back. Not thread-safe.
 */
public final class Turns {

    /** What {@link #nanosUntilNext} returns when nobody waits. */
    static final long NEVER = Long.MAX_VALUE;

    private final SlidingWindow window;
    private final WaitQueue firsts;
    private final WaitQueue refreshes;
    private final SmoothedRate firstGrants;
    private WaitQueue favoured;

    Turns(int perMinute, long now) {
        this.window = new SlidingWindow(perMinute);
        this.firsts = new WaitQueue(RequestClass.FIRST, new TokenBucket(perMinute));
        this.refreshes = new WaitQueue(RequestClass.REFRESH, new TokenBucket(perMinute));
        this.firstGrants = new SmoothedRate(now);
        this.favoured = firsts;
    }

    WaitQueue line(RequestClass purpose) {
        return switch (purpose) {
            case FIRST -> firsts;
            case REFRESH -> refreshes;
        };
    }

    /** Lets time pass. */
    void refill(long nanos) {
        TokenBucket.refill(firsts.share(), refreshes.share(), nanos);
    }

    /** Takes from both shares what is more than this part of their capacity. */
    void drainTo(double filled) {
        firsts.share().drainTo(filled);
        refreshes.share().drainTo(filled);
    }

    /** Returns how long one who joins this line now will wait, in nanoseconds, unless the other line grows. */
    long waitOf(WaitQueue line, long now) {
        return waitOf(line, line.size() + 1, line.size() + 1 + other(line).size(), now);
    }

    /** Grants one check and returns who waited for it; null when nobody can be served now. */
    @Nullable
    CompletableFuture<Void> serve(long now) {
        if (window.nanosUntil(1, now) > 0) {
            return null;
        }
        WaitQueue line = favoured.isServable() ? favoured : other(favoured);
        if (!line.isServable()) {
            return null;
        }
        window.add(now);
        if (line == firsts) {
            firstGrants.add(now);
        }
        favoured = other(line);
        return line.serve();
    }

    /** Returns the nanoseconds until someone can be served or loses patience, or {@link #NEVER}. */
    long nanosUntilNext(long now) {
        return Math.min(nanosUntilNext(firsts, now), nanosUntilNext(refreshes, now));
    }

    /** Returns how many first checks a second were granted of late. */
    double firstsPerSecond(long now) {
        return firstGrants.perSecond(now);
    }

    /** Returns how many checks could be granted now if both purposes asked for all of their shares. */
    int left(long now) {
        int checks = firsts.share().checks() + refreshes.share().checks();
        while (checks > 0 && window.nanosUntil(checks, now) > 0) {
            checks--;
        }
        return checks;
    }

    /** Returns all who wait, and lets them wait no longer. */
    List<CompletableFuture<Void>> dismissAll() {
        List<CompletableFuture<Void>> all = new ArrayList<>(firsts.dismissAll());
        all.addAll(refreshes.dismissAll());
        return all;
    }

    private long nanosUntilNext(WaitQueue line, long now) {
        return line.isEmpty() ? NEVER : Math.min(waitOf(line, 1, 1, now), line.patienceLeft(now));
    }

    private long waitOf(WaitQueue line, int place, int placeOfAll, long now) {
        WaitQueue other = other(line);
        return Math.max(
                line.share().nanosUntil(place, other.share(), other.size()), window.nanosUntil(placeOfAll, now));
    }

    private WaitQueue other(WaitQueue line) {
        return line == firsts ? refreshes : firsts;
    }
}
