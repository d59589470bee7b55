package dev.rodingateway.status.freshness;

import dev.rodingateway.settings.PositiveDuration;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long a stale status is served. */
@ConfigMapping(prefix = "gateway")
public interface StalenessConfig {

    /** How long after its lifetime a live status may still be served, marked stale, when Rodin cannot be called. */
    @WithDefault("10m")
    @WithConverter(PositiveDuration.class)
    Duration staleFor();
}
