package dev.rodingateway.rodin;

import dev.rodingateway.rodin.budget.Budget;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/**
 * Rate limiter for calls to Rodin: each call takes a permit, and in any 60 s no more permits are granted than
 * {@code GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE}. Thread-safe.
 */
public interface RateLimiter {

    /** Returns the limiter of this process alone, of which nothing is used yet. */
    static RateLimiter local(int perMinute) {
        return RodinProducer.budget(perMinute);
    }

    /**
     * Returns the limiter of this process alone, of whose burst a part is left.
     *
     * @param filled the part that is left, from 0 to 1
     */
    static RateLimiter local(int perMinute, double filled) {
        Budget budget = RodinProducer.budget(perMinute);
        budget.drainTo(filled);
        return budget;
    }

    /**
     * Waits for a permit, each time it is subscribed to: for no longer than {@link RequestClass#patience()} and
     * {@link Deadline#longestWait()}. What would take longer fails at once. Cancelling the subscription gives up the place.
     *
     * @return completes when the call may start; fails with a {@link LookupFailure} of kind {@link Kind#UPSTREAM_THROTTLED}
     *     that says when to try again
     */
    Uni<Void> acquire(RequestClass purpose, Deadline deadline);

    /** Grants nothing for so long, or for what remains of an earlier pause if that is longer. */
    void pauseFor(Duration duration);

    /** Returns what remains of the pause, zero when there is none. Does not block. */
    Duration paused();

    /**
     * Returns the rate of refreshes that can be sustained: that of all replicas where they share one budget. Does not block,
     * and changes gradually.
     */
    double refreshesPerSecond();

    /** Returns how many calls could start right now, as far as that is known here. Does not block. */
    int left();
}
