package dev.rodingateway.api;

import dev.rodingateway.settings.PositiveInteger;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** How many lists of tasks are looked up. */
@ConfigMapping(prefix = "gateway.lists")
interface ListsConfig {

    /**
     * The most lists at a time; further ones are refused with a 503. Their bodies, while they are being received, take at
     * most as much memory as this many bodies of the largest size.
     */
    @WithDefault("64")
    @WithConverter(PositiveInteger.class)
    int maximum();
}
