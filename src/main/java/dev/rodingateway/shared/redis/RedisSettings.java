package dev.rodingateway.shared.redis;

import dev.rodingateway.settings.InvalidSetting;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The settings of the shared store, validated.
 *
 * @param address where to connect
 * @param type what kind of server the address is of
 * @param master the name of the master, with sentinels only
 * @param credentials user and password
 * @param tls the certificates
 * @param namespace prefix of all keys, without braces
 * @param timeout the timeout of a command
 * @param expectedReplicas the divisor of the budget until the store is first reached
 */
public record RedisSettings(
        RedisAddress address,
        Type type,
        Optional<String> master,
        RedisCredentials credentials,
        RedisTls tls,
        String namespace,
        Duration timeout,
        int expectedReplicas) {

    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
    private static final int LARGEST_DIVISOR = 1000;

    /** The kinds of servers. */
    public enum Type {
        STANDALONE,
        SENTINEL,
        CLUSTER
    }

    /**
     * Validates the settings.
     *
     * @param config with a URL; URL and password without expansion of expressions
     * @param rodinUrl the default namespace is derived from it
     * @throws InvalidSetting for the first invalid setting
     */
    public static RedisSettings of(RedisConfig config, URI rodinUrl) {
        RedisAddress address = RedisAddress.parse(config.url().orElseThrow());
        Type type = type(config.type());
        check(
                type != Type.STANDALONE || address.hosts().size() == 1,
                "GATEWAY_REDIS_URL names several hosts: GATEWAY_REDIS_TYPE sentinel or cluster is expected with them.");
        check(
                type != Type.CLUSTER || address.database() == 0,
                "GATEWAY_REDIS_URL names a database: none is expected with GATEWAY_REDIS_TYPE cluster.");
        check(
                type != Type.SENTINEL || config.master().isPresent(),
                "GATEWAY_REDIS_MASTER is required with GATEWAY_REDIS_TYPE sentinel: the name by which the sentinels know"
                        + " the master is expected.");
        check(
                type == Type.SENTINEL || config.master().isEmpty(),
                "GATEWAY_REDIS_MASTER is set: GATEWAY_REDIS_TYPE sentinel is expected with it.");
        String namespace = config.namespace().orElseGet(() -> namespaceFor(rodinUrl));
        check(
                NAMESPACE.matcher(namespace).matches(),
                "GATEWAY_REDIS_NAMESPACE has a value that cannot be used: 1 to 64 letters, digits or any of ._:- are"
                        + " expected.");
        check(
                config.expectedReplicas() <= LARGEST_DIVISOR,
                "GATEWAY_REDIS_EXPECTED_REPLICAS is too large: a whole number from 1 to 1000 is expected.");
        return new RedisSettings(
                address,
                type,
                config.master(),
                RedisCredentials.of(config, address),
                RedisTls.of(config, address.tls()),
                namespace,
                config.timeout(),
                config.expectedReplicas());
    }

    private static Type type(String text) {
        return switch (text) {
            case "standalone" -> Type.STANDALONE;
            case "sentinel" -> Type.SENTINEL;
            case "cluster" -> Type.CLUSTER;
            default ->
                throw new InvalidSetting(
                        "GATEWAY_REDIS_TYPE has a value that cannot be used: standalone, sentinel or cluster is expected.");
        };
    }

    private static String namespaceFor(URI rodinUrl) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(rodinUrl.toString().getBytes(StandardCharsets.UTF_8));
            return "rodin-gateway-" + HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new InvalidSetting(message);
        }
    }
}
