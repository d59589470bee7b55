package dev.rodingateway.status;

import dev.rodingateway.status.freshness.FreshnessConfig;
import java.time.Duration;

/** The lifetimes of the contract. */
record DefaultFreshness(Duration waiting, Duration generating, Duration terminal, Duration notFound)
        implements FreshnessConfig {

    DefaultFreshness() {
        this(Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofHours(24), Duration.ofSeconds(5));
    }
}
