package dev.rodingateway.rodin.budget;

/**
 * A purpose's share of the budget: fills with time, gives whole checks, and says what it could not hold. It starts
 * full. Not thread-safe.
 *
 * <p>It counts in units so small that every nanosecond brings a whole number of them, one for each check of the budget
 * per minute; nothing is ever rounded. Three quarters of the budget refill in a minute, three eighths of it in each of
 * the two buckets, so 160 seconds bring as many checks as the budget has.
 */
final class TokenBucket {

    /** The units of one check. */
    private static final long CHECK = 160_000_000_000L;

    /** An eighth of the budget in units, for each check of the budget. */
    private static final long BURST = CHECK / 8;

    /** After so many nanoseconds any bucket is full, for it holds an eighth of the budget or one check. */
    private static final long LONGEST_FILL = CHECK;

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
        this.capacity = Math.max(CHECK, perMinute * BURST);
        this.level = capacity;
    }

    /** Lets time pass for both shares: what one cannot hold flows over into the other. */
    static void refill(TokenBucket one, TokenBucket other, long nanos) {
        long units = one.perMinute * Math.min(nanos, LONGEST_FILL);
        long fromOne = one.pour(units);
        long fromOther = other.pour(units);
        one.pour(fromOther);
        other.pour(fromOne);
    }

    /** Returns how many whole checks are in it. */
    int checks() {
        return (int) (level / CHECK);
    }

    /** Takes what is more than this part of the capacity. */
    void drainTo(double filled) {
        level = Math.min(level, (long) (capacity * filled));
    }

    /** Takes one check; the caller has made sure that it is there. */
    void take() {
        level -= CHECK;
    }

    /**
     * Returns the nanoseconds until so many checks can have been taken, each as soon as it is there; zero when they are
     * there now. Counts on what will flow over, once the other has met its own demand and is full, unless that grows.
     *
     * @param otherDemand the checks that will be taken from the other meanwhile
     */
    long nanosUntil(int demand, TokenBucket other, int otherDemand) {
        long missing = demand * CHECK - level;
        long beforeOverflow = other.capacity + otherDemand * CHECK - other.level;
        if (missing <= 0) {
            return 0;
        }
        return missing <= beforeOverflow
                ? ceilDiv(missing, perMinute)
                : ceilDiv(missing + beforeOverflow, 2L * perMinute);
    }

    /** Returns what does not fit. */
    private long pour(long units) {
        long over = Math.max(0, level + units - capacity);
        level += units - over;
        return over;
    }

    private static long ceilDiv(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
