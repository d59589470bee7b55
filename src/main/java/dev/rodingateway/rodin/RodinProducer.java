package dev.rodingateway.rodin;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.breaker.CircuitBreaker;
import dev.rodingateway.rodin.budget.Budget;
import dev.rodingateway.rodin.budget.Timer;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Gives the guards of the road to Rodin the real time. */
public final class RodinProducer {

    private static final long NANOS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    private RodinProducer() {}

    /**
     * Returns the rate limiter that all calls of Rodin use: one that replicas share, where such a bean is configured,
     * otherwise that of this process.
     */
    @Produces
    @Singleton
    static RateLimiter rateLimiter(UpstreamConfig config, @Identifier("shared") Instance<RateLimiter> shared) {
        return shared.isResolvable() ? shared.get() : budget(config);
    }

    static Budget budget(UpstreamConfig config) {
        return budget(config.requestsPerMinute());
    }

    static Budget budget(int perMinute) {
        return new Budget(perMinute, Ticker.systemTicker(), timer());
    }

    /**
     * Counts in whole milliseconds, rounded up: on an event loop Quarkus' pool hands the task to a timer of Vert.x, which
     * has no smaller unit and throws at zero.
     */
    public static Timer timer() {
        ScheduledExecutorService pool = Infrastructure.getDefaultWorkerPool();
        return (nanos, task) -> pool.schedule(task, 1 + Math.max(0, nanos - 1) / NANOS_PER_MS, TimeUnit.MILLISECONDS);
    }

    @Produces
    @Singleton
    static CircuitBreaker breaker() {
        return new CircuitBreaker(Ticker.systemTicker());
    }
}
