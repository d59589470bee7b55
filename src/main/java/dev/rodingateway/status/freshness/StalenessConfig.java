package dev.rodingateway.status.freshness;

import dev.rodingateway.settings.PositiveDuration;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long an old answer is better than none. */
@ConfigMapping(prefix = "gateway")
public interface StalenessConfig {

    /** How long past its freshness a live answer may still be served, marked stale, when Rodin cannot be asked. */
    @WithDefault("10m")
    @WithConverter(PositiveDuration.class)
    Duration staleFor();
}
