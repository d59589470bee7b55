package dev.rodingateway.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Valid and invalid values of the gateway's settings in the chart, for both the schema and the program. */
public final class SettingBounds {

    private static final List<Object> DURATIONS =
            List.of("1ms", "31536000000ms", "31536000s", "525600m", "8760h", "365d");
    private static final List<Object> NO_DURATIONS = List.of(
            "0s", "-1s", "31536000001ms", "31536001s", "525601m", "8761h", "366d", "99999999999999d", "soon", "s", "");
    private static final List<Object> URLS = List.of(
            "https://a.example.com",
            "https://a.example.com/",
            "https://a.example.com:65535/base/path",
            "https://a.example.com/api/base",
            "https://a.example.com/base-api",
            "http://localhost:1",
            "http://127.0.0.1:8091",
            "http://[2001:db8::1]:8080");

    /** Accepted for Rodin only: OpenTelemetry's exporter compares schemes with their case. */
    private static final String CAPITALS = "HTTPS://A.example.com";

    private static final List<Object> NO_URLS = List.of(
            "a.example.com",
            "ftp://a.example.com",
            "https://",
            "https://user@a.example.com",
            "https://user:word@a.example.com",
            "https://a.example.com?b=c",
            "https://a.example.com/?b=c",
            "https://a.example.com#b",
            "https://a.example.com:0",
            "https://a.example.com:65536",
            "https://a.example.com:b",
            "https://a_b.example.com",
            "https://a.example.com/%zz",
            "https://a b");

    private static final Object[] PARTS_OF_THE_CALL = {
        "",
        "https://a.example.com/api",
        "https://a.example.com/api/",
        "https://a.example.com/base/API",
        "https://a.example.com/api/v2",
        "https://a.example.com/API/V2/",
        "https://a.example.com/api/v2/status",
        "https://a.example.com/api/v2/task"
    };

    private static final List<Setting> SETTINGS = List.of(
            new Setting("rodin.url", "RODIN_URL", with(URLS, CAPITALS), with(NO_URLS, PARTS_OF_THE_CALL)),
            new Setting(
                    "rodin.requestsPerMinute",
                    "GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE",
                    List.of(1, 100_000),
                    List.of(0, -1, 100_001, "many")),
            new Setting("gateway.freshness.waiting", "GATEWAY_FRESHNESS_WAITING", DURATIONS, NO_DURATIONS),
            new Setting("gateway.freshness.generating", "GATEWAY_FRESHNESS_GENERATING", DURATIONS, NO_DURATIONS),
            new Setting("gateway.freshness.terminal", "GATEWAY_FRESHNESS_TERMINAL", DURATIONS, NO_DURATIONS),
            new Setting("gateway.freshness.notFound", "GATEWAY_FRESHNESS_NOT_FOUND", DURATIONS, NO_DURATIONS),
            new Setting("gateway.staleFor", "GATEWAY_STALE_FOR", DURATIONS, NO_DURATIONS),
            new Setting(
                    "gateway.upstreamTimeout",
                    "GATEWAY_UPSTREAM_TIMEOUT",
                    List.of("10ms", "600000ms", "1s", "600s", "1m", "10m"),
                    with(NO_DURATIONS, "1ms", "9ms", "600001ms", "601s", "11m", "1h", "1d")),
            new Setting(
                    "gateway.cacheMaximumSize",
                    "GATEWAY_CACHE_MAXIMUM_SIZE",
                    List.of(1, 2_147_483_647),
                    List.of(0, -1, 2_147_483_648L, 1.5)),
            new Setting(
                    "gateway.watchersMaximum",
                    "GATEWAY_WATCHERS_MAXIMUM",
                    List.of(1, 2_147_483_647),
                    List.of(0, -1, 2_147_483_648L, 1.5)),
            new Setting(
                    "gateway.corsOrigins",
                    "GATEWAY_CORS_ORIGINS",
                    List.of(
                            List.of("*"),
                            List.of("https://a.example.com"),
                            List.of("http://localhost:3000", "https://b.example.com:8443"),
                            List.of("http://127.0.0.1:8080"),
                            List.of("http://[::1]:3000")),
                    List.of(
                            List.of("a.example.com"),
                            List.of("ftp://a.example.com"),
                            List.of("https://user@a.example.com"),
                            List.of("https://a.example.com/"),
                            List.of("https://a.example.com/path"),
                            List.of("https://a.example.com?b"),
                            List.of("https://a.example.com#b"),
                            List.of("https://*.example.com"),
                            List.of("https://a_b.example.com"),
                            List.of("https://a.example.com", "null"))),
            new Setting("gateway.watchPage", "GATEWAY_WATCH_PAGE", List.of(true, false), List.of("yes", 1)),
            new Setting(
                    "redis.url",
                    "GATEWAY_REDIS_URL",
                    List.of(
                            "redis://store",
                            "rediss://store.example.com:6380",
                            "redis://store/1",
                            "redis://10.0.0.1:1",
                            "redis://store:1/",
                            "redis://[2001:db8::1]:65535/"),
                    List.of(
                            "store:6379",
                            "http://store",
                            "redis://",
                            "redis://store:0",
                            "redis://store:65536",
                            "redis://store/a",
                            "redis://sto re",
                            "redis://store?db=1")),
            new Setting(
                    "redis.type",
                    "GATEWAY_REDIS_TYPE",
                    List.of("standalone", "cluster"),
                    List.of("failover", "Cluster")),
            new Setting(
                    "redis.namespace",
                    "GATEWAY_REDIS_NAMESPACE",
                    List.of("a", "Staging._:-" + "0".repeat(53)),
                    List.of("{a}", "a b", "0".repeat(65))),
            new Setting(
                    "redis.timeout",
                    "GATEWAY_REDIS_TIMEOUT",
                    List.of("10ms", "10m"),
                    with(NO_DURATIONS, "9ms", "600001ms", "11m")),
            new Setting("tracing.endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT", URLS, with(NO_URLS, CAPITALS)),
            new Setting(
                    "tracing.protocol",
                    "OTEL_EXPORTER_OTLP_PROTOCOL",
                    List.of("grpc", "http/protobuf"),
                    List.of("http/json", "http")),
            new Setting(
                    "tracing.sampleRatio",
                    "OTEL_TRACES_SAMPLER_ARG",
                    List.of(0, 0.001, 1),
                    List.of(-0.1, 1.1, "often")));

    private SettingBounds() {}

    static List<String> variables() {
        return SETTINGS.stream().map(Setting::variable).toList();
    }

    static Stream<Bound> accepted() {
        return SETTINGS.stream().flatMap(setting -> setting.accepted().stream().map(setting::with));
    }

    static Stream<Bound> refused() {
        return SETTINGS.stream().flatMap(setting -> setting.refused().stream().map(setting::with));
    }

    /**
     * Returns environments that the gateway has to accept: one with the first value of each setting, one with the
     * second, and so on.
     */
    public static Stream<Map<String, String>> acceptedEnvironments() {
        return ranks(Setting::accepted).mapToObj(rank -> environment(rank, Setting::accepted));
    }

    /** Returns environments of which the gateway has to reject each variable. */
    public static Stream<Map<String, String>> refusedEnvironments() {
        return ranks(Setting::refused).mapToObj(rank -> {
            Map<String, String> environment = environment(rank, Setting::refused);
            environment.keySet().removeIf(SettingBounds::isRejectedAlone);
            return environment;
        });
    }

    /** The settings of OpenTelemetry and the store are validated separately, after all others. */
    private static boolean isRejectedAlone(String variable) {
        return variable.startsWith("OTEL_") || variable.startsWith("GATEWAY_REDIS_");
    }

    private static IntStream ranks(Function<Setting, List<Object>> values) {
        return IntStream.range(
                0,
                SETTINGS.stream()
                        .mapToInt(setting -> values.apply(setting).size())
                        .max()
                        .orElseThrow());
    }

    private static Map<String, String> environment(int rank, Function<Setting, List<Object>> values) {
        return SETTINGS.stream()
                .collect(Collectors.toMap(
                        Setting::variable,
                        setting -> text(values.apply(setting)
                                .get(rank % values.apply(setting).size())),
                        (a, b) -> b,
                        LinkedHashMap::new));
    }

    private static String text(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                : String.valueOf(value);
    }

    private static List<Object> with(List<Object> values, Object... more) {
        List<Object> all = new ArrayList<>(values);
        all.addAll(Arrays.asList(more));
        return List.copyOf(all);
    }

    private record Setting(String value, String variable, List<Object> accepted, List<Object> refused) {
        Bound with(Object given) {
            return new Bound(value, variable, given);
        }
    }

    /**
     * A value at or beyond a bound.
     *
     * @param value its path in the chart's values
     * @param variable the environment variable that it becomes
     */
    record Bound(String value, String variable, Object given) {

        String text() {
            return SettingBounds.text(given);
        }

        /** Returns the values of a chart that sets every setting, with the whole budget for one replica. */
        Map<String, Object> values() {
            Map<String, Object> values = new LinkedHashMap<>();
            put(values, "existingSecret", "a-secret");
            put(values, "replicaCount", 1);
            put(values, "updateStrategy.type", "Recreate");
            put(values, "tracing.endpoint", "http://collector:4317");
            put(values, "redis.url", "redis://store:6379");
            put(values, "redis.namespace", "staging");
            put(values, "gateway.corsOrigins", List.of("https://app.example.com"));
            put(values, value, given);
            return values;
        }

        @SuppressWarnings("unchecked")
        private static void put(Map<String, Object> values, String path, Object given) {
            String[] names = path.split("\\.", 2);
            if (names.length == 1) {
                values.put(path, given);
            } else {
                put(
                        (Map<String, Object>) values.computeIfAbsent(names[0], name -> new LinkedHashMap<>()),
                        names[1],
                        given);
            }
        }
    }
}
