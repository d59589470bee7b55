package dev.rodingateway.rodin;

import dev.rodingateway.settings.ChecksPerMinute;
import dev.rodingateway.settings.TimeLimit;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What the gateway asks of Rodin. */
@ConfigMapping(prefix = "gateway.upstream")
public interface UpstreamConfig {

    /** The most checks in any 60 s by this process, bursts and second tries included. */
    @WithDefault("120")
    @WithConverter(ChecksPerMinute.class)
    int requestsPerMinute();

    /** How long one check may take, all in all: waiting for permits, a second try, and the try with another API key. */
    @WithDefault("10s")
    @WithConverter(TimeLimit.class)
    Duration timeout();
}
