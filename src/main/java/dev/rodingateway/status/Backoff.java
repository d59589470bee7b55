package dev.rodingateway.status;

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
import org.jspecify.annotations.Nullable;

/**
 * How long a key whose check failed is not checked again: no shorter than the time between two checks of a task in its
 * state while Rodin answers, so that an outage costs Rodin no more than normal operation; doubling from a quarter of a
 * second, jittered, at most the larger of 15 s and that time. Where Rodin sent a
 * {@code Retry-After}, the key is not checked before that time.
 */
final class Backoff {

    static final Duration FIRST = Duration.ofMillis(250);
    static final Duration LONGEST = Duration.ofSeconds(15);

    /** Where Rodin was not even asked, there is nothing to spare it. */
    static final Duration NOT_ASKED = Duration.ofMillis(500);

    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final double JITTER = 0.2;

    private final Cache<TaskKey, Integer> failures;
    private final DoubleSupplier random;

    /** @param random a number from 0 up to 1, for the jitter */
    Backoff(int maximumSize, Ticker ticker, DoubleSupplier random) {
        this.random = random;
        this.failures = Caffeine.newBuilder()
                .maximumSize(maximumSize)
                .expireAfter(Expiry.<TaskKey, Integer>writing((key, count) -> REMEMBERED))
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
    Duration failed(TaskKey key, LookupFailure failure, Duration betweenChecks) {
        if (!failure.asked()) {
            Duration told = failure.retryAfter();
            return told != null && told.compareTo(NOT_ASKED) < 0 ? told : NOT_ASKED;
        }
        @Nullable Integer count = failures.asMap().merge(key, 1, Integer::sum);
        int doublings = count == null ? 0 : Math.min(count - 1, 6);
        double jitter = 2 * JITTER * random.getAsDouble();
        double grown = FIRST.toMillis() * (1L << doublings) * (1 - JITTER + jitter);
        double least = betweenChecks.toMillis() * (1 + jitter);
        long most = Math.max(LONGEST.toMillis(), betweenChecks.toMillis());
        Duration own = Duration.ofMillis(Math.min(most, Math.round(Math.max(least, grown))));
        Duration asked = askedByRodin(failure);
        return asked.compareTo(own) > 0 ? asked : own;
    }

    /** Returns the {@code Retry-After} of an answer of Rodin's, or zero; where no answer came, it is our own hint to callers. */
    private static Duration askedByRodin(LookupFailure failure) {
        boolean answered = failure.kind() == Kind.UPSTREAM_ERROR || failure.kind() == Kind.UPSTREAM_THROTTLED;
        return Objects.requireNonNullElse(answered ? failure.retryAfter() : null, Duration.ZERO);
    }

    void succeeded(TaskKey key) {
        failures.invalidate(key);
    }
}
