package dev.rodingateway.api.log;

import dev.rodingateway.settings.TrueOrFalse;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** What is logged of requests that end well. */
@ConfigMapping(prefix = "gateway")
interface RequestLogConfig {

    /** Whether there is a log line for each request; off, for callers poll, and metrics count. */
    @WithDefault("false")
    @WithConverter(TrueOrFalse.class)
    boolean requestLog();
}
