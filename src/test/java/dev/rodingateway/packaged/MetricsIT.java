package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The gateway's own metrics and their labels are exactly those in {@code docs/operations.md}. */
class MetricsIT {

    private static final Pattern SERVED =
            Pattern.compile("^((?:gateway|rodin)_\\w+)(?:\\{(.*)\\})? \\S+$", Pattern.MULTILINE);
    private static final Pattern WITHOUT_HELP =
            Pattern.compile("^# HELP ((?:gateway|rodin)_\\w+)\\s*$", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");
    private static final Pattern ROW = Pattern.compile("^\\| (`(?:gateway|rodin)_.*?) \\|(.*?)\\|", Pattern.MULTILINE);
    private static final Pattern QUOTED = Pattern.compile("`(\\w+)`");

    @Test
    void servedMetricsAreTheOnesInDocs() throws IOException {
        try (RodinSimulator rodin = RodinSimulator.start(SimulatorSettings.defaults());
                GatewayProcess gateway =
                        GatewayProcess.startAndAwait(Map.of("RODIN_API_KEY", "any", "RODIN_URL", rodin.url()))) {
            // When, before any look-up: rates and alerts require the counters to exist from the start
            String metrics = RawHttp.get(gateway.managementPort(), "/q/metrics");

            // Then
            assertThat(metrics).startsWith("HTTP/1.1 200 ");
            assertThat(served(metrics)).isEqualTo(documented());
            assertThat(found(WITHOUT_HELP, metrics))
                    .as("metrics without a help text")
                    .isEmpty();
            assertThat(metrics)
                    .containsPattern("gateway_build_info\\{[^}]*version=\"[0-9][^\"]*\"[^}]*} 1\\.0")
                    .containsPattern("rodin_checks_seconds_bucket\\{outcome=\"answered\",le=\"1\\.0\",?} 0\\.0");
        }
    }

    private static Map<String, Set<String>> served(String metrics) {
        Map<String, Set<String>> labels = new TreeMap<>();
        SERVED.matcher(metrics).results().forEach(sample -> labels.computeIfAbsent(
                        sample.group(1), name -> new TreeSet<>())
                .addAll(found(LABEL, sample.group(2))));
        return labels;
    }

    private static Map<String, Set<String>> documented() throws IOException {
        Map<String, Set<String>> labels = new TreeMap<>();
        ROW.matcher(section(Files.readString(Path.of("docs", "operations.md")), "Metrics"))
                .results()
                .forEach(row ->
                        found(QUOTED, row.group(1)).forEach(name -> labels.put(name, found(QUOTED, row.group(2)))));
        return labels;
    }

    /** The metrics of the shared store are in another section; this gateway runs without one. */
    private static String section(String text, String heading) {
        Matcher section = Pattern.compile("^## " + heading + "$(.*?)^## ", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(text);
        assertThat(section.find()).isTrue();
        return section.group(1);
    }

    private static Set<String> found(Pattern pattern, String text) {
        return text == null
                ? Set.of()
                : pattern.matcher(text).results().map(hit -> hit.group(1)).collect(Collectors.toSet());
    }
}
