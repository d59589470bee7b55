package dev.rodingateway.status.cache;

import dev.rodingateway.settings.PositiveInteger;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** The size of the cache. */
@ConfigMapping(prefix = "gateway.cache")
public interface CacheConfig {

    /**
     * The maximum number of cached tasks; beyond it, or beyond a third of the heap, the least recently and least
     * frequently used ones are evicted. A task whose status takes much more memory than usual counts as several.
     */
    @WithDefault("100000")
    @WithConverter(PositiveInteger.class)
    int maximumSize();
}
