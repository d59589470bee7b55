package dev.rodingateway.settings;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.lang.reflect.Method;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each configuration interface, wherever it is declared: with nothing set, and with everything set to another value. */
class ConfigInterfacesTest {

    private static final String ROOT = "dev.rodingateway.";

    private static final Map<String, List<Setting>> SETTINGS = Stream.of(
                    new Setting("api.ListsConfig", "maximum", "gateway.lists.maximum", 64, "7", 7),
                    new Setting(
                            "api.body.BodyConfig", "timeout", "gateway.body.timeout", seconds(15), "1m", seconds(60)),
                    new Setting(
                            "api.connection.ConnectionsConfig",
                            "maximum",
                            "gateway.connections.maximum",
                            Optional.empty(),
                            "7",
                            Optional.of(7)),
                    new Setting(
                            "api.connection.ConnectionsConfig",
                            "headTimeout",
                            "gateway.connections.head-timeout",
                            seconds(15),
                            "1s",
                            seconds(1)),
                    new Setting(
                            "api.connection.ConnectionsConfig",
                            "idleTimeout",
                            "gateway.connections.idle-timeout",
                            seconds(75),
                            "2s",
                            seconds(2)),
                    new Setting(
                            "api.connection.ConnectionsConfig",
                            "writeTimeout",
                            "gateway.connections.write-timeout",
                            seconds(20),
                            "3s",
                            seconds(3)),
                    new Setting(
                            "api.edge.CorsConfig",
                            "origins",
                            "gateway.cors.origins",
                            Optional.empty(),
                            "https://a.example,https://b.example:8443",
                            Optional.of(List.of("https://a.example", "https://b.example:8443"))),
                    new Setting("api.log.RequestLogConfig", "requestLog", "gateway.request-log", false, "true", true),
                    new Setting("api.page.WatchPageConfig", "watchPage", "gateway.watch-page", false, "true", true),
                    new Setting(
                            "rodin.RodinConfig",
                            "url",
                            "rodin.url",
                            URI.create("https://hyperhuman.deemos.com"),
                            "HTTPS://API.Hyper3D.com/",
                            URI.create("https://api.hyper3d.com")),
                    new Setting(
                            "rodin.RodinConfig",
                            "apiKey",
                            "rodin.api-key",
                            Optional.empty(),
                            "a-key",
                            Optional.of("a-key")),
                    new Setting(
                            "rodin.RodinConfig",
                            "apiKeyFile",
                            "rodin.api-key-file",
                            Optional.empty(),
                            "/run/key",
                            Optional.of("/run/key")),
                    new Setting(
                            "rodin.UpstreamConfig",
                            "requestsPerMinute",
                            "gateway.upstream.requests-per-minute",
                            120,
                            "100000",
                            100_000),
                    new Setting(
                            "rodin.UpstreamConfig",
                            "timeout",
                            "gateway.upstream.timeout",
                            seconds(10),
                            "1s",
                            seconds(1)),
                    new Setting(
                            "rodin.token.TokenConfig",
                            "rereadEvery",
                            "gateway.token.reread-every",
                            seconds(5),
                            "1h",
                            Duration.ofHours(1)),
                    new Setting(
                            "shared.redis.RedisConfig",
                            "url",
                            "gateway.redis.url",
                            Optional.empty(),
                            "rediss://store:6380/1",
                            Optional.of("rediss://store:6380/1")),
                    new Setting(
                            "shared.redis.RedisConfig",
                            "type",
                            "gateway.redis.type",
                            "standalone",
                            "sentinel",
                            "sentinel"),
                    new Setting(
                            "shared.redis.RedisConfig",
                            "master",
                            "gateway.redis.master",
                            Optional.empty(),
                            "main",
                            Optional.of("main")),
                    new Setting(
                            "shared.redis.RedisConfig",
                            "username",
                            "gateway.redis.username",
                            Optional.empty(),
                            "gateway",
                            Optional.of("gateway")),
                    new Setting(
                            "shared.redis.RedisConfig",
                            "password",
                            "gateway.redis.password",
                            Optional.empty(),
                            "a-password",
                            Optional.of("a-password")),
                    new Setting(
                            "shared.redis.RedisConfig",
                            "passwordFile",
                            "gateway.redis.password-file",
                            Optional.empty(),
                            "/run/password",
                            Optional.of("/run/password")),
                    new Setting(
                            "shared.redis.RedisConfig",
                            "caFile",
                            "gateway.redis.ca-file",
                            Optional.empty(),
                            "/run/ca.crt",
                            Optional.of("/run/ca.crt")),
                    new Setting(
                            "shared.redis.RedisConfig",
                            "certFile",
                            "gateway.redis.cert-file",
                            Optional.empty(),
                            "/run/tls.crt",
                            Optional.of("/run/tls.crt")),
                    new Setting(
                            "shared.redis.RedisConfig",
                            "keyFile",
                            "gateway.redis.key-file",
                            Optional.empty(),
                            "/run/tls.key",
                            Optional.of("/run/tls.key")),
                    new Setting(
                            "shared.redis.RedisConfig",
                            "namespace",
                            "gateway.redis.namespace",
                            Optional.empty(),
                            "staging",
                            Optional.of("staging")),
                    new Setting(
                            "shared.redis.RedisConfig",
                            "timeout",
                            "gateway.redis.timeout",
                            Duration.ofMillis(250),
                            "1s",
                            seconds(1)),
                    new Setting(
                            "shared.redis.RedisConfig",
                            "expectedReplicas",
                            "gateway.redis.expected-replicas",
                            2,
                            "7",
                            7),
                    new Setting("status.WatchersConfig", "maximum", "gateway.watchers.maximum", 20_000, "7", 7),
                    new Setting(
                            "status.cache.CacheConfig",
                            "maximumSize",
                            "gateway.cache.maximum-size",
                            100_000,
                            "2147483647",
                            Integer.MAX_VALUE),
                    new Setting(
                            "status.freshness.FreshnessConfig",
                            "waiting",
                            "gateway.freshness.waiting",
                            seconds(5),
                            "11s",
                            seconds(11)),
                    new Setting(
                            "status.freshness.FreshnessConfig",
                            "generating",
                            "gateway.freshness.generating",
                            seconds(2),
                            "12s",
                            seconds(12)),
                    new Setting(
                            "status.freshness.FreshnessConfig",
                            "terminal",
                            "gateway.freshness.terminal",
                            Duration.ofHours(24),
                            "365d",
                            Duration.ofDays(365)),
                    new Setting(
                            "status.freshness.FreshnessConfig",
                            "notFound",
                            "gateway.freshness.not-found",
                            seconds(5),
                            "500ms",
                            Duration.ofMillis(500)),
                    new Setting(
                            "status.freshness.StalenessConfig",
                            "staleFor",
                            "gateway.stale-for",
                            Duration.ofMinutes(10),
                            "PT1M",
                            seconds(60)))
            .collect(groupingBy(Setting::type));

    static Set<String> types() {
        return SETTINGS.keySet();
    }

    @Test
    void everyConfigInterfaceIsListed() {
        assertThat(new ClassFileImporter()
                                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                                .importPackages(ROOT + "..")
                                .stream()
                                .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                                .map(JavaClass::getName))
                .containsExactlyInAnyOrderElementsOf(
                        types().stream().map(name -> ROOT + name).toList());
    }

    @ParameterizedTest
    @MethodSource("types")
    void withNothingSetAllValuesAreTheDefaults(String type) {
        assertThat(values(type, Map.of()))
                .isEqualTo(SETTINGS.get(type).stream().collect(toMap(Setting::method, Setting::byDefault)));
    }

    @ParameterizedTest
    @MethodSource("types")
    void withEverythingSetNoValueIsADefault(String type) {
        Map<String, String> properties = SETTINGS.get(type).stream().collect(toMap(Setting::property, Setting::text));

        assertThat(values(type, properties))
                .isEqualTo(SETTINGS.get(type).stream().collect(toMap(Setting::method, Setting::value)));
        assertThat(SETTINGS.get(type)).noneMatch(setting -> setting.byDefault().equals(setting.value()));
    }

    /** Returns what each method of the interface returns, by its name. */
    private static Map<String, Object> values(String name, Map<String, String> properties) {
        try {
            Class<?> type = Class.forName(ROOT + name);
            Object config = new SmallRyeConfigBuilder()
                    .withMapping(type)
                    .withSources(new PropertiesConfigSource(properties, "test", 100))
                    .build()
                    .getConfigMapping(type);
            Map<String, Object> values = new TreeMap<>();
            for (Method method : type.getDeclaredMethods()) {
                if (method.getParameterCount() == 0) {
                    method.setAccessible(true);
                    values.put(method.getName(), method.invoke(config));
                }
            }
            return values;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Duration seconds(long count) {
        return Duration.ofSeconds(count);
    }

    /**
     * One method of a configuration interface.
     *
     * @param text a value as an operator sets it
     * @param value the same value as the method returns it
     */
    private record Setting(String type, String method, String property, Object byDefault, String text, Object value) {}
}
