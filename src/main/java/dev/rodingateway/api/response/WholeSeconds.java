package dev.rodingateway.api.response;

import java.time.Duration;

/** Durations in the unit of HTTP headers. */
public final class WholeSeconds {

    private WholeSeconds() {}

    /** Returns the duration in seconds, rounded down. */
    static long of(Duration duration) {
        return Math.max(0, duration.toSeconds());
    }

    /** Returns the duration in seconds, rounded up. */
    public static long roundedUp(Duration duration) {
        return of(duration.plusSeconds(1).minusNanos(1));
    }
}
