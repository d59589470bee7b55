package dev.rodingateway.status.freshness;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import java.time.Duration;
import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * Delays the next check of a key whose check failed. The delay doubles from 250 ms to at most 15 s, but is never
 * shorter than the interval between two successful checks of a task in its state, so that an outage causes no more
 * calls to Rodin than normal operation. It is jittered, so that keys that failed together are not checked together
 * again. A longer {@code Retry-After} of Rodin takes precedence.
 */
public final class Backoff {

    static final Duration FIRST = Duration.ofMillis(250);
    /** The longest delay, including jitter, unless the interval between two checks is longer. */
    public static final Duration LONGEST = Duration.ofSeconds(15);

    /** The longest delay after a failure without a call to Rodin. */
    static final Duration NOT_CALLED = Duration.ofMillis(500);

    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final double JITTER = 0.2;

    private final Cache<TaskKey, Failures> failures;
    private final DoubleSupplier random;

    /**
     * Creates a back-off without any failures.
     *
     * @param random a number from 0 up to 1, for the jitter
     */
    public Backoff(int maximumSize, Ticker ticker, DoubleSupplier random) {
        this.random = random;
        this.failures = Caffeine.newBuilder()
                .maximumSize(maximumSize)
                .expireAfter(Expiry.<TaskKey, Failures>writing((key, failed) -> failed.rememberedFor()))
                .ticker(ticker)
                .executor(Runnable::run)
                .recordStats()
                .build();
    }

    /**
     * Counts a failed check of this key and returns how long the key is not to be checked again.
     *
     * @param betweenChecks the interval between two successful checks of a task in its state
     */
    public Duration failed(TaskKey key, LookupFailure failure, Duration betweenChecks) {
        if (!failure.rodinCalled()) {
            Duration retryAfter = failure.retryAfter();
            return retryAfter != null && retryAfter.compareTo(NOT_CALLED) < 0 ? retryAfter : NOT_CALLED;
        }
        Failures failed = failures.asMap().merge(key, new Failures(1, betweenChecks), Failures::plus);
        double jitter = 2 * JITTER * random.getAsDouble();
        double grown = failed.grownMillis() * (1 - JITTER + jitter);
        double least = failed.betweenChecks().toMillis() * (1 + jitter);
        Duration own = Duration.ofMillis(Math.round(Math.max(least, grown)));
        Duration requested = retryAfterOfRodin(failure);
        return requested.compareTo(own) > 0 ? requested : own;
    }

    /**
     * Returns the {@code Retry-After} of Rodin's response, or zero; for a failure without a response the value is the
     * gateway's own.
     */
    private static Duration retryAfterOfRodin(LookupFailure failure) {
        boolean answered = failure.kind() == Kind.UPSTREAM_ERROR || failure.kind() == Kind.UPSTREAM_THROTTLED;
        return Objects.requireNonNullElse(answered ? failure.retryAfter() : null, Duration.ZERO);
    }

    public void succeeded(TaskKey key) {
        failures.invalidate(key);
    }

    /**
     * Consecutive failures of a key.
     *
     * @param betweenChecks the longest interval between two successful checks that any of these failures was counted
     *     with: when the status is no longer cached, the state of the task is unknown
     */
    private record Failures(int count, Duration betweenChecks) {

        Failures plus(Failures later) {
            Duration longer = betweenChecks.compareTo(later.betweenChecks) > 0 ? betweenChecks : later.betweenChecks;
            return new Failures(count + later.count, longer);
        }

        double grownMillis() {
            double doubled = FIRST.toMillis() * Math.pow(2, Math.min(count - 1, 6));
            return Math.min(doubled, LONGEST.toMillis() / (1 + JITTER));
        }

        /** Longer than the delay of the next check. */
        Duration rememberedFor() {
            return REMEMBERED.plus(betweenChecks.multipliedBy(2));
        }
    }
}
