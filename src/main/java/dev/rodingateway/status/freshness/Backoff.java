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
 * How long a key whose check failed is not checked again: doubling from a quarter of a second to at most 15 s, and never
 * shorter than the time between two checks of a task in its state while Rodin answers, so that an outage costs Rodin no
 * more than normal operation. Always jittered: keys that failed together are not checked together for ever. Where Rodin
 * sent a {@code Retry-After}, the key is not checked before that time.
 */
public final class Backoff {

    static final Duration FIRST = Duration.ofMillis(250);
    /** Jitter included, where the time between two checks is not longer. */
    public static final Duration LONGEST = Duration.ofSeconds(15);

    /** Where Rodin was not even asked, there is nothing to spare it. */
    static final Duration NOT_ASKED = Duration.ofMillis(500);

    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final double JITTER = 0.2;

    private final Cache<TaskKey, Failures> failures;
    private final DoubleSupplier random;

    /**
     * Creates a back-off that delays no task yet.
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
     * Counts a failure of this key's check and returns how long the key is not checked again.
     *
     * @param betweenChecks the time between two checks of a task in its state while Rodin answers
     */
    public Duration failed(TaskKey key, LookupFailure failure, Duration betweenChecks) {
        if (!failure.asked()) {
            Duration told = failure.retryAfter();
            return told != null && told.compareTo(NOT_ASKED) < 0 ? told : NOT_ASKED;
        }
        Failures failed = failures.asMap().merge(key, new Failures(1, betweenChecks), Failures::and);
        double jitter = 2 * JITTER * random.getAsDouble();
        double grown = failed.grownMillis() * (1 - JITTER + jitter);
        double least = failed.betweenChecks().toMillis() * (1 + jitter);
        Duration own = Duration.ofMillis(Math.round(Math.max(least, grown)));
        Duration asked = askedByRodin(failure);
        return asked.compareTo(own) > 0 ? asked : own;
    }

    /** Returns the {@code Retry-After} of an answer of Rodin's, or zero; where no answer came, it is our own hint to callers. */
    private static Duration askedByRodin(LookupFailure failure) {
        boolean answered = failure.kind() == Kind.UPSTREAM_ERROR || failure.kind() == Kind.UPSTREAM_THROTTLED;
        return Objects.requireNonNullElse(answered ? failure.retryAfter() : null, Duration.ZERO);
    }

    public void succeeded(TaskKey key) {
        failures.invalidate(key);
    }

    /**
     * The failures of a key in a row.
     *
     * @param betweenChecks the longest time between two checks while Rodin answers, as it was at any of them: once the
     *     last known answer is no longer kept, nobody knows the state of the task
     */
    private record Failures(int count, Duration betweenChecks) {

        Failures and(Failures later) {
            Duration longer = betweenChecks.compareTo(later.betweenChecks) > 0 ? betweenChecks : later.betweenChecks;
            return new Failures(count + later.count, longer);
        }

        double grownMillis() {
            double doubled = FIRST.toMillis() * Math.pow(2, Math.min(count - 1, 6));
            return Math.min(doubled, LONGEST.toMillis() / (1 + JITTER));
        }

        /** Longer than the key is left alone. */
        Duration rememberedFor() {
            return REMEMBERED.plus(betweenChecks.multipliedBy(2));
        }
    }
}
