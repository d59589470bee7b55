package dev.rodingateway.rodin;

import dev.rodingateway.settings.PositiveDuration;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What the gateway asks of Rodin. */
@ConfigMapping(prefix = "gateway.upstream")
interface UpstreamConfig {

    /** How long one check may take, a second try included. */
    @WithDefault("10s")
    @WithConverter(PositiveDuration.class)
    Duration timeout();
}
