package dev.rodingateway.status.cache;

import dev.rodingateway.settings.PositiveInteger;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** How much is kept. */
@ConfigMapping(prefix = "gateway.cache")
public interface CacheConfig {

    /**
     * The most tasks kept; beyond it, or beyond a third of the heap, those least worth keeping are dropped. One whose
     * answer takes much more memory than usual counts as several.
     */
    @WithDefault("100000")
    @WithConverter(PositiveInteger.class)
    int maximumSize();
}
