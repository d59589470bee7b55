package dev.rodingateway.api;

import dev.rodingateway.settings.PositiveInteger;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** Limits of requests for lists of tasks. */
@ConfigMapping(prefix = "gateway.lists")
interface ListsConfig {

    /**
     * The maximum number of lists processed at the same time; further ones are rejected with a 503. Their bodies, while
     * they are being received, take at most as much memory as this number of bodies of the largest size.
     */
    @WithDefault("64")
    @WithConverter(PositiveInteger.class)
    int maximum();
}
