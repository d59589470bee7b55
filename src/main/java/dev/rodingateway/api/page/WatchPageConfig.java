package dev.rodingateway.api.page;

import dev.rodingateway.settings.TrueOrFalse;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** What people, rather than programs, are served. */
@ConfigMapping(prefix = "gateway")
interface WatchPageConfig {

    /** Whether the page for watching a task is at {@code /}; on in development and in the demonstration. */
    @WithDefault("false")
    @WithConverter(TrueOrFalse.class)
    boolean watchPage();
}
