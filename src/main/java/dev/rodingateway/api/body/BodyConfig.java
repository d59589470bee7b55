package dev.rodingateway.api.body;

import dev.rodingateway.settings.PositiveDuration;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Configures the reading of request bodies. */
@ConfigMapping(prefix = "gateway.body")
interface BodyConfig {

    /** The longest time from the head of a request to the end of its body, from 10ms to 10m. */
    @WithDefault("15s")
    @WithConverter(PositiveDuration.TimeLimit.class)
    Duration timeout();
}
