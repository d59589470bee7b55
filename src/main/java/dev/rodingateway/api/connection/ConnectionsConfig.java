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
     * The maximum number of open connections on the main port; further ones are closed immediately. Limited by the
     * available file descriptors; by default one per 16 KiB of the heap, but at most 25000.
     */
    Optional<@WithConverter(PositiveInteger.class) Integer> maximum();

    /**
     * How long a request line and headers may take to arrive; for the first request the time starts when the connection
     * is opened.
     */
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
