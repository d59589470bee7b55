package dev.rodingateway.rodin.token;

import dev.rodingateway.settings.PositiveDuration;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Reloading of the API key. */
@ConfigMapping(prefix = "gateway.token")
interface TokenConfig {

    /**
     * The delay between two reads of the API key's file. Short compared to the minute that Kubernetes takes to update a
     * mounted Secret, and a negligible load: the file is small.
     */
    @WithDefault("5s")
    @WithConverter(PositiveDuration.class)
    Duration rereadEvery();
}
