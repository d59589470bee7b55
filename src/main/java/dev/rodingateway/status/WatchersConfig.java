package dev.rodingateway.status;

import dev.rodingateway.settings.PositiveInteger;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** Limits of long polls and event streams. */
@ConfigMapping(prefix = "gateway.watchers")
public interface WatchersConfig {

    /**
     * The maximum number of concurrent long polls and streams, all tasks together; further ones are rejected with a 503
     * and {@code Retry-After}.
     */
    @WithDefault("20000")
    @WithConverter(PositiveInteger.class)
    int maximum();
}
