package dev.rodingateway.shared.redis;

import dev.rodingateway.settings.InvalidSetting;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code GATEWAY_REDIS_URL}. Prints no credentials.
 *
 * @param tls whether it is {@code rediss://}
 * @param hosts at least one
 * @param database 0 if none is named
 * @param username if one is part of the URL
 * @param password if one is part of the URL
 */
record RedisAddress(boolean tls, List<Host> hosts, int database, Optional<String> username, Optional<String> password) {

    private static final Pattern URL = Pattern.compile(
            "(?<scheme>rediss?)://(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^/@?#]+)(?:/(?<database>\\d{0,5}))?");
    private static final Pattern HOST =
            Pattern.compile("(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(?<port>\\d{1,5}))?");
    private static final String DEFAULT_PORT = "6379";
    private static final int LARGEST_PORT = 65_535;
    private static final int MAX_HOSTS = 100;

    /** One server or sentinel; an IPv6 address without brackets. */
    record Host(String name, int port) {

        @Override
        public String toString() {
            return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
        }
    }

    RedisAddress {
        hosts = List.copyOf(hosts);
    }

    /**
     * Parses a URL.
     *
     * @throws InvalidSetting if the text is no such URL; its message does not contain the text
     */
    static RedisAddress parse(String text) {
        Matcher url = URL.matcher(text.strip());
        if (!url.matches()) {
            throw invalid();
        }
        String database = url.group("database");
        return new RedisAddress(
                url.group("scheme").equals("rediss"),
                Arrays.stream(url.group("hosts").split(",", MAX_HOSTS))
                        .map(RedisAddress::host)
                        .toList(),
                database == null || database.isEmpty() ? 0 : Integer.parseInt(database),
                decoded(url.group("user")),
                decoded(url.group("password")));
    }

    private static Host host(String text) {
        Matcher host = HOST.matcher(text.strip());
        if (!host.matches()) {
            throw invalid();
        }
        String port = host.group("port") == null ? DEFAULT_PORT : host.group("port");
        int number = Integer.parseInt(port);
        if (number < 1 || number > LARGEST_PORT) {
            throw invalid();
        }
        return new Host(host.group("host").replaceAll("[\\[\\]]", ""), number);
    }

    /** Decodes percent-encoding only: unlike in a form, a plus sign is not a space. */
    private static Optional<String> decoded(@org.jspecify.annotations.Nullable String text) {
        try {
            return Optional.ofNullable(text)
                    .filter(some -> !some.isEmpty())
                    .map(some -> URLDecoder.decode(some.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
    }

    private static InvalidSetting invalid() {
        return new InvalidSetting("GATEWAY_REDIS_URL has a value that cannot be used: redis:// or rediss:// and"
                + " host:port[/database] are expected, several hosts separated by commas, special characters of a password"
                + " percent-encoded.");
    }

    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://")
                + String.join(",", hosts.stream().map(Host::toString).toList()) + "/" + database;
    }
}
