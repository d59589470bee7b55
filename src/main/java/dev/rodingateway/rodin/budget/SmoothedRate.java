package dev.rodingateway.rodin.budget;

import java.time.Duration;

/**
 * The rate of events over about the last half minute, without jumps: two exponential averages in series, so that neither a
 * burst nor its end changes it at once. Times are nanoseconds from an arbitrary epoch that never go back. Not thread-safe.
 */
final class SmoothedRate {

    /** The time constant of each of the two averages, in seconds. */
    private static final double SMOOTHED_OVER = 15;

    private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private long updated;
    private double first;
    private double second;

    SmoothedRate(long now) {
        this.updated = now;
    }

    /** Counts one event. */
    void add(long now) {
        decay(now);
        first += 1 / SMOOTHED_OVER;
    }

    /** Returns the events per second. */
    double perSecond(long now) {
        decay(now);
        return second;
    }

    private void decay(long now) {
        double elapsed = (now - updated) / NANOS_PER_SECOND / SMOOTHED_OVER;
        double rest = Math.exp(-elapsed);
        second = (second + first * elapsed) * rest;
        first *= rest;
        updated = now;
    }
}
