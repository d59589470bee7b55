package dev.rodingateway.api.log;

import dev.rodingateway.settings.TrueOrFalse;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** Configures the request log. */
@ConfigMapping(prefix = "gateway")
interface RequestLogConfig {

    /** Whether there is a log line for each request; off by default, because callers poll and metrics count requests. */
    @WithDefault("false")
    @WithConverter(TrueOrFalse.class)
    boolean requestLog();
}
