package dev.rodingateway.rodin.budget;

/**
 * A token bucket (GCRA) for one request class's share of the budget. It starts full and holds an eighth of the budget, at
 * least one permit; three eighths of the budget refill in a minute. Not thread-safe.
 *
 * <p>It counts in units so small that each nanosecond brings a whole number of them, one for each permit of the budget per
 * minute, so nothing is ever rounded: 160 seconds bring as many permits as the budget has.
 */
final class TokenBucket {

    /** The units of one permit. */
    private static final long PERMIT = 160_000_000_000L;

    /** An eighth of the budget in units, for each permit of the budget. */
    private static final long BURST = PERMIT / 8;

    /** After this many nanoseconds any bucket is full, for it holds an eighth of the budget or one permit. */
    private static final long LONGEST_FILL = PERMIT;

    private final int perMinute;
    private final long capacity;
    private long level;

    /**
     * Creates a full bucket.
     *
     * @param perMinute the whole budget, of which this is half
     */
    TokenBucket(int perMinute) {
        this.perMinute = perMinute;
        this.capacity = Math.max(PERMIT, perMinute * BURST);
        this.level = capacity;
    }

    /** Refills both shares; what one cannot hold flows over into the other. */
    static void refill(TokenBucket one, TokenBucket other, long nanos) {
        long units = one.perMinute * Math.min(nanos, LONGEST_FILL);
        long fromOne = one.pour(units);
        long fromOther = other.pour(units);
        one.pour(fromOther);
        other.pour(fromOne);
    }

    /** Returns how many whole permits it holds. */
    int permits() {
        return (int) (level / PERMIT);
    }

    /** Reduces the level to this part of the capacity, if it is more. */
    void drainTo(double filled) {
        level = Math.min(level, (long) (capacity * filled));
    }

    /** Takes one permit; the caller has made sure that there is one. */
    void take() {
        level -= PERMIT;
    }

    /**
     * Returns the nanoseconds until so many permits can have been taken, each as soon as it is there; zero when they are
     * there now. Counts on what flows over from the other bucket once that has met its own demand and is full, unless its
     * demand grows.
     *
     * @param otherDemand the permits that will be taken from the other bucket meanwhile
     */
    long nanosUntil(int demand, TokenBucket other, int otherDemand) {
        long missing = demand * PERMIT - level;
        long beforeOverflow = other.capacity + otherDemand * PERMIT - other.level;
        if (missing <= 0) {
            return 0;
        }
        return missing <= beforeOverflow
                ? ceilDiv(missing, perMinute)
                : ceilDiv(missing + beforeOverflow, 2L * perMinute);
    }

    /** Adds units and returns those that do not fit. */
    private long pour(long units) {
        long over = Math.max(0, level + units - capacity);
        level += units - over;
        return over;
    }

    private static long ceilDiv(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
