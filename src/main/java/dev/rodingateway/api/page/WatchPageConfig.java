package dev.rodingateway.api.page;

import dev.rodingateway.settings.TrueOrFalse;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** Settings of the watch page. */
@ConfigMapping(prefix = "gateway")
interface WatchPageConfig {

    /** Whether the watch page is served at {@code /}; on in development and in the demo. */
    @WithDefault("false")
    @WithConverter(TrueOrFalse.class)
    boolean watchPage();
}
