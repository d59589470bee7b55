package dev.rodingateway.shared.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rodingateway.settings.InvalidSetting;
import dev.rodingateway.shared.redis.RedisAddress.Host;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisSettingsTest {

    private static final String URL = "redis://cache.example";

    @TempDir
    private Path directory;

    @Test
    void defaultsAreAsDocumented() {
        RedisSettings settings = settings(Map.of("url", URL));

        assertThat(settings.address())
                .isEqualTo(new RedisAddress(
                        false, List.of(new Host("cache.example", 6379)), 0, Optional.empty(), Optional.empty()));
        assertThat(settings.type()).isEqualTo(RedisSettings.Type.STANDALONE);
        assertThat(settings.namespace()).matches("rodin-gateway-[0-9a-f]{8}");
        assertThat(settings.timeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(settings.expectedReplicas()).isEqualTo(2);
        assertThat(settings.credentials().password()).isEmpty();
        assertThat(settings.tls().enabled()).isFalse();
    }

    @Test
    void differentRodinUrlsDoNotShareDataByDefault() {
        RedisConfig config = config(Map.of("url", URL));

        assertThat(RedisSettings.of(config, URI.create("https://one.example")).namespace())
                .isNotEqualTo(RedisSettings.of(config, URI.create("https://other.example"))
                        .namespace());
    }

    @Test
    void everythingCanBeSet() {
        RedisSettings settings = settings(Map.of(
                "url", "rediss://me:p%40ss+word@one.example:7000,[2001:db8::1],two.example:7001/3",
                "type", "sentinel",
                "master", "mymaster",
                "namespace", "team:a",
                "timeout", "100ms",
                "expected-replicas", "5"));

        assertThat(settings.address().hosts())
                .containsExactly(
                        new Host("one.example", 7000), new Host("2001:db8::1", 6379), new Host("two.example", 7001));
        assertThat(settings.address().database()).isEqualTo(3);
        assertThat(settings.credentials().username()).contains("me");
        assertThat(settings.credentials().password()).contains("p@ss+word");
        assertThat(settings.master()).contains("mymaster");
        assertThat(settings.namespace()).isEqualTo("team:a");
        assertThat(settings.timeout()).isEqualTo(Duration.ofMillis(100));
        assertThat(settings.expectedReplicas()).isEqualTo(5);
        assertThat(settings.tls().enabled()).isTrue();
    }

    @Test
    void credentialsAreNeverPrinted() {
        RedisSettings inUrl = settings(Map.of("url", "redis://somebody:secret-word@cache.example"));
        RedisSettings outside = settings(
                Map.of("url", URL, "username", "somebody${else}", "password", "secret-word${not.an.expression}"));

        assertThat(inUrl.toString() + outside + inUrl.address() + outside.credentials())
                .doesNotContain("secret-word")
                .doesNotContain("somebody");
        assertThat(outside.credentials().password()).contains("secret-word${not.an.expression}");
        assertThat(outside.credentials().username()).contains("somebody${else}");
    }

    @Test
    void passwordFileIsReadEachTimeAndTheLastValidPasswordIsKept() throws IOException {
        Path file = Files.writeString(directory.resolve("password"), "first\n");
        RedisCredentials credentials =
                settings(Map.of("url", URL, "password-file", file.toString())).credentials();

        assertThat(credentials.password()).contains("first");
        Files.writeString(file, "second");
        assertThat(credentials.password()).contains("second");
        Files.delete(file);
        assertThat(credentials.password()).contains("second");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://cache.example",
                "cache.example:6379",
                "redis://",
                "redis://cache.example:0",
                "redis://cache.example:99999",
                "redis://cache.example/name",
                "redis://cache.example/1?protocol=3",
                "redis://a:secret-word@b@cache.example",
                "redis://:secret-word%zz@cache.example",
                "redis://one.example,,two.example"
            })
    void invalidUrlIsReportedWithoutItsValue(String url) {
        assertThatThrownBy(() -> settings(Map.of("url", url)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("GATEWAY_REDIS_URL ")
                .hasMessageNotContaining("secret-word")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            type=ring                                     | GATEWAY_REDIS_TYPE
            type=sentinel                                 | GATEWAY_REDIS_MASTER
            master=mymaster                               | GATEWAY_REDIS_MASTER
            url=redis://a.example,b.example               | GATEWAY_REDIS_URL
            url=redis://a.example/1;type=cluster          | GATEWAY_REDIS_URL
            url=redis://u:p@a.example;password=other      | GATEWAY_REDIS_URL
            username=me                                   | GATEWAY_REDIS_USERNAME
            url=redis://me:@a.example                     | GATEWAY_REDIS_URL
            namespace={braces}                            | GATEWAY_REDIS_NAMESPACE
            expected-replicas=1001                        | GATEWAY_REDIS_EXPECTED_REPLICAS
            password-file=/no/such/file                   | GATEWAY_REDIS_PASSWORD_FILE
            ca-file=/no/such/file                         | GATEWAY_REDIS_CA_FILE
            url=rediss://a.example;ca-file=/no/such/file  | GATEWAY_REDIS_CA_FILE
            url=rediss://a.example;cert-file=/no/file     | GATEWAY_REDIS_CERT_FILE
            url=rediss://a.example;cert-file=/no;key-file=/no | GATEWAY_REDIS_CERT_FILE
            """)
    void eachInvalidSettingIsReportedInOneLine(String assignments, String setting) {
        Map<String, String> properties = new HashMap<>(Map.of("url", URL));
        for (String assignment : assignments.split(";")) {
            properties.put(assignment.split("=", 2)[0], assignment.split("=", 2)[1]);
        }

        assertThatThrownBy(() -> settings(properties))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith(setting)
                .hasMessageContaining("expected")
                .hasMessageNotContaining("\n");
    }

    private static RedisSettings settings(Map<String, String> properties) {
        return RedisSettings.of(config(properties), URI.create("https://rodin.example"));
    }

    private static RedisConfig config(Map<String, String> properties) {
        Map<String, String> named = new HashMap<>();
        properties.forEach((name, value) -> named.put("gateway.redis." + name, value.replace("${", "\\${")));
        SmallRyeConfig expanded = new SmallRyeConfigBuilder()
                .withMapping(RedisConfig.class)
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(named, "test", 100))
                .build();
        Map<String, String> asWritten = new HashMap<>();
        properties.forEach((name, value) -> asWritten.put("gateway.redis." + name, value));
        SmallRyeConfig verbatim = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(asWritten, "test", 100))
                .build();
        return expanded.getConfigMapping(RedisConfig.class).verbatim(verbatim);
    }
}
