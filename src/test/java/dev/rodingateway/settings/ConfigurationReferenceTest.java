package dev.rodingateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMappings.ConfigClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/configuration.md} lists the settings that the configuration interfaces declare, with their defaults. */
class ConfigurationReferenceTest {

    /** A row of a table: variable, meaning, default. */
    private static final Pattern ROW = Pattern.compile("^\\| `([A-Z_]+)` \\| .+ \\| (.*)\\|$", Pattern.MULTILINE);

    private static final Pattern VARIABLE = Pattern.compile("`((?:GATEWAY|RODIN)_[A-Z_]+)`");

    @Test
    void everySettingIsDocumentedAndNoOther() throws IOException {
        Map<String, String> documented = documented();
        documented.keySet().removeIf(name -> !name.startsWith("GATEWAY_") && !name.startsWith("RODIN_"));

        assertThat(documented.keySet())
                .containsExactlyInAnyOrderElementsOf(defaults().keySet());
    }

    @Test
    void defaultsAreThoseOfTheInterfaces() throws IOException {
        Map<String, String> documented = documented();

        assertThat(defaults()).allSatisfy((name, value) -> {
            if (value != null) {
                assertThat(documented.get(name)).as(name).startsWith("`" + value + "`");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"README.md", "docs/api.md", "docs/operations.md", "docs/frontends.md", "docs/architecture.md"})
    void otherDocumentsNameOnlySettingsThatExist(String document) throws IOException {
        assertThat(VARIABLE.matcher(Files.readString(Path.of(document)))
                        .results()
                        .map(hit -> hit.group(1)))
                .isSubsetOf(defaults().keySet());
    }

    private static Map<String, String> documented() throws IOException {
        return ROW.matcher(Files.readString(Path.of("docs", "configuration.md")))
                .results()
                .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2), (a, b) -> b, TreeMap::new));
    }

    /** Returns the default of each setting by its environment variable; null where there is none. */
    private static Map<String, String> defaults() {
        Map<String, String> defaults = new TreeMap<>();
        for (Class<?> type : ConfigInterfaces.all()) {
            ConfigClass.configClass(type).getProperties().forEach((property, value) -> {
                boolean isElementOfList = property.endsWith("[*]");
                if (!isElementOfList) {
                    defaults.put(KnownSettings.variable(property), value);
                }
            });
        }
        return defaults;
    }
}
