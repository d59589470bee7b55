package dev.rodingateway.shared.redis;

import io.smallrye.config.Expressions;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/** The settings without expansion of expressions in URL, names and password. */
record VerbatimRedisConfig(RedisConfig expanded, Config config) implements RedisConfig {

    @Override
    public Optional<String> url() {
        return verbatim("gateway.redis.url");
    }

    @Override
    public String type() {
        return expanded.type();
    }

    @Override
    public Optional<String> master() {
        return verbatim("gateway.redis.master");
    }

    @Override
    public Optional<String> username() {
        return verbatim("gateway.redis.username");
    }

    @Override
    public Optional<String> password() {
        return verbatim("gateway.redis.password");
    }

    @Override
    public Optional<String> passwordFile() {
        return expanded.passwordFile();
    }

    @Override
    public Optional<String> caFile() {
        return expanded.caFile();
    }

    @Override
    public Optional<String> certFile() {
        return expanded.certFile();
    }

    @Override
    public Optional<String> keyFile() {
        return expanded.keyFile();
    }

    @Override
    public Optional<String> namespace() {
        return expanded.namespace();
    }

    @Override
    public Duration timeout() {
        return expanded.timeout();
    }

    @Override
    public int expectedReplicas() {
        return expanded.expectedReplicas();
    }

    private Optional<String> verbatim(String property) {
        return Expressions.withoutExpansion(() -> config.getOptionalValue(property, String.class));
    }
}
