package dev.rodingateway.rodin;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;

/**
 * When a check has to be over, whatever it consists of.
 *
 * @param ticker measures time
 * @param at the end, on the ticker
 */
public record Deadline(Ticker ticker, long at) {

    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** Returns the deadline that is so far away from now. */
    public static Deadline after(Duration limit, Ticker ticker) {
        return new Deadline(ticker, ticker.read() + limit.toNanos());
    }

    /** Returns the time left; once there is none, the shortest that a timer takes. */
    public Duration remaining() {
        Duration left = Duration.ofNanos(at - ticker.read());
        return left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
    }

    /** Returns how long the next step may wait before Rodin is asked: half of the time left, so that Rodin has the other half. */
    public Duration longestWait() {
        return remaining().dividedBy(2);
    }
}
