package dev.rodingateway.rodin.budget;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Spreads the {@code Retry-After} of refused first checks: one after another, as permits become available, because if all
 * came back at once most would be refused again. Jittered and bounded: beyond the bound, a random time up to it. Times are
 * nanoseconds from an arbitrary epoch that never go back. Not thread-safe.
 */
final class ReturnTimes {

    /** The longest delay that is due to earlier refusals. */
    static final Duration LONGEST = Duration.ofSeconds(30);

    /** Three quarters of the budget refill in a minute. */
    private static final long NANOS_PER_PERMIT_OF_ONE = Duration.ofSeconds(80).toNanos();

    private final long nanosPerPermit;
    private long last;

    /**
     * Creates the return times of nobody yet.
     *
     * @param perMinute the whole budget
     */
    ReturnTimes(int perMinute, long now) {
        this.nanosPerPermit = NANOS_PER_PERMIT_OF_ONE / perMinute;
        this.last = now;
    }

    /**
     * Returns in how many nanoseconds the next refused request is to come back.
     *
     * @param wait how long it would have had to wait in the queue
     * @param shared whether refreshes wait too, so that first checks get half of the permits
     */
    long next(long wait, boolean shared, long now) {
        long most = Math.max(wait, LONGEST.toNanos());
        long gap = shared ? 2 * nanosPerPermit : nanosPerPermit;
        double jitter = ThreadLocalRandom.current().nextDouble(0.5, 1.5);
        long due = Math.max(wait, last - now + Math.round(gap * jitter));
        if (due > most) {
            return wait == most ? wait : ThreadLocalRandom.current().nextLong(wait, most);
        }
        last = now + due;
        return due;
    }
}
