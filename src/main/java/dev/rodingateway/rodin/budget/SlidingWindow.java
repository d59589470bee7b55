package dev.rodingateway.rodin.budget;

import java.time.Duration;

/**
 * Exact limit for tiny budgets: remembers the latest grants, as many as a window may hold, and allows the next one no
 * sooner than a whole window after the one that it displaces.
 *
 * <p>From a budget of 4 on, the two {@link TokenBucket}s keep the limit by construction: in less than 60 s they give at most
 * their burst (a quarter of the budget, but at least two permits) and less than three quarters of the budget. Below that, a
 * burst of two permits is too much: the buckets alone would give one permit more than the budget.
 *
 * <p>Times are nanoseconds from an arbitrary epoch that never go back. Not thread-safe.
 */
final class SlidingWindow {

    /** The largest budget that the token buckets alone would exceed. */
    static final int LARGEST_BUDGET = 3;

    private static final long LENGTH = Duration.ofSeconds(60).toNanos();

    private final long[] grants;
    private int recorded;
    private int oldest;

    /**
     * Creates an empty window.
     *
     * @param most the grants that any window may hold, at least one
     */
    SlidingWindow(int most) {
        this.grants = new long[most];
    }

    /** Records a grant; the caller has made sure that it was due. */
    void add(long now) {
        grants[oldest] = now;
        oldest = (oldest + 1) % grants.length;
        recorded = Math.min(recorded + 1, grants.length);
    }

    /**
     * Returns the nanoseconds until so many more grants could have been made if each were made as soon as allowed; zero
     * when all of them could be made now.
     */
    long nanosUntil(int more, long now) {
        int ahead = more - 1;
        int displaced = (oldest + ahead % grants.length) % grants.length;
        long wait = displaced < recorded ? Math.max(0, LENGTH - (now - grants[displaced])) : 0;
        return wait + ahead / grants.length * LENGTH;
    }
}
