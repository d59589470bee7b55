package dev.rodingateway.rodin.token;

import dev.rodingateway.settings.PositiveDuration;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the API key is kept up to date. */
@ConfigMapping(prefix = "gateway.token")
interface TokenConfig {

    /**
     * How long after one reading of the API key's file comes the next. Short beside the minute that Kubernetes takes to
     * bring a changed Secret into a Pod, and no load: a small file is read.
     */
    @WithDefault("5s")
    @WithConverter(PositiveDuration.class)
    Duration rereadEvery();
}
