package dev.rodingateway.status.freshness;

import dev.rodingateway.settings.PositiveDuration;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The lifetime of a status, by state of the task. */
@ConfigMapping(prefix = "gateway.freshness")
public interface FreshnessConfig {

    /** The lifetime while a task waits in Rodin's queue, which changes slowly. */
    @WithDefault("5s")
    @WithConverter(PositiveDuration.class)
    Duration waiting();

    /** The lifetime while Rodin works on a task. */
    @WithDefault("2s")
    @WithConverter(PositiveDuration.class)
    Duration generating();

    /** How long the status of an ended task is cached. It does not change again. */
    @WithDefault("24h")
    @WithConverter(PositiveDuration.class)
    Duration terminal();

    /** How long "no such task" is cached; short, because a task may be looked up before Rodin knows it. */
    @WithDefault("5s")
    @WithConverter(PositiveDuration.class)
    Duration notFound();
}
