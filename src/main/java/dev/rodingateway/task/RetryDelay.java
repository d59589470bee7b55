package dev.rodingateway.task;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Delays after which refused callers try again. */
public final class RetryDelay {

    /** The longest delay as a multiple of the shortest. */
    static final double SPREAD = 1.5;

    private RetryDelay() {}

    /**
     * Returns a random delay between this one and {@value #SPREAD} times this one, so that callers that are refused at the
     * same time do not return at the same time.
     */
    public static Duration spread(Duration shortest) {
        double factor = ThreadLocalRandom.current().nextDouble(1, SPREAD);
        return Duration.ofMillis(Math.round(shortest.toMillis() * factor));
    }
}
