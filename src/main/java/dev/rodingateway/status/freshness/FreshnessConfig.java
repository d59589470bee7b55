package dev.rodingateway.status.freshness;

import dev.rodingateway.settings.PositiveDuration;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long an answer counts as fresh, by where the task stands. */
@ConfigMapping(prefix = "gateway.freshness")
public interface FreshnessConfig {

    /** A task that waits in Rodin's queue: it moves slowly. */
    @WithDefault("5s")
    @WithConverter(PositiveDuration.class)
    Duration waiting();

    /** A task that Rodin works on. */
    @WithDefault("2s")
    @WithConverter(PositiveDuration.class)
    Duration generating();

    /** A task that has ended: it does not change again, so this is how long it is kept. */
    @WithDefault("24h")
    @WithConverter(PositiveDuration.class)
    Duration terminal();

    /** How long "no such task" is believed; short, for a task may be asked for before Rodin knows it. */
    @WithDefault("5s")
    @WithConverter(PositiveDuration.class)
    Duration notFound();
}
