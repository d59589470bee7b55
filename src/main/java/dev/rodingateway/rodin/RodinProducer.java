package dev.rodingateway.rodin;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Gives the guards of the road to Rodin the real time. */
final class RodinProducer {

    private RodinProducer() {}

    @Produces
    @Singleton
    static Budget budget(UpstreamConfig config) {
        ScheduledExecutorService pool = Infrastructure.getDefaultWorkerPool();
        return new Budget(
                config.requestsPerMinute(),
                Ticker.systemTicker(),
                (nanos, task) -> pool.schedule(task, nanos, TimeUnit.NANOSECONDS));
    }

    @Produces
    @Singleton
    static Breaker breaker() {
        return new Breaker(Ticker.systemTicker());
    }
}
