package dev.rodingateway.shared.redis;

import dev.rodingateway.settings.PositiveDuration;
import dev.rodingateway.settings.PositiveInteger;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/** The shared store of several replicas, in Redis or Valkey. */
@ConfigMapping(prefix = "gateway.redis")
public interface RedisConfig {

    /**
     * {@code redis://} or {@code rediss://}, {@code host:port[/db]}, credentials allowed; several hosts separated by commas for
     * Sentinel or Cluster. Not set: there is no shared store.
     */
    Optional<String> url();

    /** {@code standalone}, {@code sentinel} or {@code cluster}. */
    @WithDefault("standalone")
    String type();

    /** The name by which the sentinels know the master; required with {@code sentinel} and only there. */
    Optional<String> master();

    /** The user, if not named in the URL. */
    Optional<String> username();

    /** The password, if not in the URL. */
    Optional<String> password();

    /** A file that holds the password; it takes precedence over {@link #password()} and may change at run time. */
    Optional<String> passwordFile();

    /** A PEM file of certificates to trust besides those of the JDK. */
    Optional<String> caFile();

    /** A PEM file with the client certificate. */
    Optional<String> certFile();

    /** A PEM file with the private key of the client certificate. */
    Optional<String> keyFile();

    /**
     * The prefix of all keys: replicas with the same value share data. Derived from {@code RODIN_URL} by default.
     * Gateways with different API keys need different values.
     */
    Optional<String> namespace();

    /** The timeout of a command, after which the check proceeds without the store. */
    @WithDefault("250ms")
    @WithConverter(PositiveDuration.TimeLimit.class)
    Duration timeout();

    /** The number of replicas that the budget is divided by until the store is first reached. */
    @WithDefault("2")
    @WithConverter(PositiveInteger.class)
    int expectedReplicas();

    /** Returns these settings without expansion of expressions in URL and password, which may contain a dollar sign. */
    default RedisConfig verbatim(Config config) {
        return new VerbatimRedisConfig(this, config);
    }
}
