package dev.rodingateway.shared;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RateLimiter;
import dev.rodingateway.rodin.RodinConfig;
import dev.rodingateway.rodin.UpstreamConfig;
import dev.rodingateway.shared.redis.RedisConfig;
import dev.rodingateway.shared.redis.RedisSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.lookup.LookupUnlessProperty;
import io.smallrye.common.annotation.Identifier;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Connects to the shared store, if {@code GATEWAY_REDIS_URL} is set; otherwise none of these beans is created. */
public final class SharedStoreProducer {

    private static final String URL = "gateway.redis.url";

    private SharedStoreProducer() {}

    @Produces
    @Singleton
    static SharedReplica replica(
            RedisConfig redis,
            RodinConfig rodin,
            UpstreamConfig upstream,
            Config config,
            Vertx vertx,
            MeterRegistry meters) {
        RedisSettings settings = RedisSettings.of(redis.verbatim(config), rodin.url());
        SharedReplica replica = SharedReplica.create(
                vertx, settings, upstream.requestsPerMinute(), upstream.timeout(), meters, Ticker.systemTicker());
        replica.start();
        return replica;
    }

    static void stop(@Disposes SharedReplica replica) {
        replica.stop();
    }

    @Produces
    @Singleton
    static SharedStore store(SharedReplica replica) {
        return replica.store();
    }

    @Produces
    @Singleton
    @Identifier("shared")
    @LookupUnlessProperty(name = URL, stringValue = "", lookupIfMissing = false)
    static RateLimiter rateLimiter(SharedReplica replica) {
        return replica.rateLimiter();
    }
}
