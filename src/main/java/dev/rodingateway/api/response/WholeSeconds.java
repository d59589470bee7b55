package dev.rodingateway.api.response;

import java.time.Duration;

/** Durations as HTTP headers carry them. */
public final class WholeSeconds {

    private WholeSeconds() {}

    /** Returns the whole seconds that have passed. */
    static long of(Duration duration) {
        return Math.max(0, duration.toSeconds());
    }

    /** Returns the first whole second at which the duration is over. */
    public static long roundedUp(Duration duration) {
        return of(duration.plusSeconds(1).minusNanos(1));
    }
}
