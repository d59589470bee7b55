package dev.rodingateway.api.connection;

import dev.rodingateway.settings.PositiveDuration;
import dev.rodingateway.settings.PositiveInteger;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Limits of callers' connections. The timeouts also apply on the management port. */
@ConfigMapping(prefix = "gateway.connections")
public interface ConnectionsConfig {

    /**
     * The most connections open at a time on the main port; further ones are closed at once. Never more than the limit of
     * file descriptors leaves; by default one per 16 KiB of the heap and 25000 at the most.
     */
    Optional<@WithConverter(PositiveInteger.class) Integer> maximum();

    /** How long a request line and headers may take to arrive, the first from the opening of the connection on. */
    @WithDefault("15s")
    @WithConverter(PositiveDuration.TimeLimit.class)
    Duration headTimeout();

    /** How long a connection may stay open without a request in progress. */
    @WithDefault("75s")
    @WithConverter(PositiveDuration.TimeLimit.class)
    Duration idleTimeout();

    /** How long a caller may leave responses unread before its connection is closed. */
    @WithDefault("20s")
    @WithConverter(PositiveDuration.TimeLimit.class)
    Duration writeTimeout();
}
