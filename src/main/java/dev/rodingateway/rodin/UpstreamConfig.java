package dev.rodingateway.rodin;

import dev.rodingateway.settings.PositiveDuration;
import dev.rodingateway.settings.PositiveInteger;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits of the calls to Rodin. */
@ConfigMapping(prefix = "gateway.upstream")
public interface UpstreamConfig {

    /** The most checks in any 60 s by this process, bursts and retries included. */
    @WithDefault("120")
    @WithConverter(PositiveInteger.UpTo100000.class)
    int requestsPerMinute();

    /** The longest that one check may take in total: the wait for permits, a retry, and the try with another API key. */
    @WithDefault("10s")
    @WithConverter(PositiveDuration.TimeLimit.class)
    Duration timeout();
}
