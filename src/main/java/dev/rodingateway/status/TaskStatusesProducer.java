package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RodinClient;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Puts the look-up together with the real Rodin and the real time. */
final class TaskStatusesProducer {

    private TaskStatusesProducer() {}

    @Produces
    @Singleton
    static TaskStatuses taskStatuses(RodinClient rodin, FreshnessConfig freshness, CacheConfig cache) {
        return new TaskStatuses(rodin::check, freshness, cache, InstantSource.system(), Ticker.systemTicker());
    }
}
