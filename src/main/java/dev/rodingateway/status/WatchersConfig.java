package dev.rodingateway.status;

import dev.rodingateway.settings.PositiveInteger;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** How many may watch. */
@ConfigMapping(prefix = "gateway.watchers")
public interface WatchersConfig {

    /** The most long polls and streams at a time, all tasks together; who comes after them is told to come back. */
    @WithDefault("20000")
    @WithConverter(PositiveInteger.class)
    int maximum();
}
