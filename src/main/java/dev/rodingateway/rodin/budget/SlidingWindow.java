package dev.rodingateway.rodin.budget;

import java.time.Duration;

/**
 * Remembers the latest grants, as many as a window may hold, and so knows when the next may follow: no sooner than a
 * whole window after the one that it displaces. Exact for every half-open window, whatever the grants were for.
 *
 * <p>Takes eight bytes for each grant that a window may hold. Times are nanoseconds of arbitrary origin that never go
 * back. Not thread-safe.
 */
final class SlidingWindow {

    /** Rodin counts by the minute. */
    static final long LENGTH = Duration.ofSeconds(60).toNanos();

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

    /** Adds a grant; the caller has made sure that it was due. */
    void add(long now) {
        grants[oldest] = now;
        oldest = (oldest + 1) % grants.length;
        recorded = Math.min(recorded + 1, grants.length);
    }

    /**
     * Returns the nanoseconds until so many more grants could have been made if each were made as soon as it may be;
     * zero when all of them could be made now.
     */
    long nanosUntil(int more, long now) {
        int ahead = more - 1;
        int displaced = (oldest + ahead % grants.length) % grants.length;
        long wait = displaced < recorded ? Math.max(0, LENGTH - (now - grants[displaced])) : 0;
        return wait + ahead / grants.length * LENGTH;
    }
}
