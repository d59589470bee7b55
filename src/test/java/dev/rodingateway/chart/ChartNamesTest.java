package dev.rodingateway.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and other strings that YAML would parse as another type, or that are invalid names in Kubernetes. */
class ChartNamesTest {

    private static final Path EVERYTHING = Chart.DIRECTORY.resolve("ci/everything-values.yaml");

    @ParameterizedTest
    @CsvSource({
        "no, no-rodin-gateway",
        "on, on-rodin-gateway",
        "y, y-rodin-gateway",
        "true, true-rodin-gateway",
        "null, null-rodin-gateway",
        "1234, rodin-gateway-1234",
        "1e3, rodin-gateway-1e3",
        "0x1f, rodin-gateway-0x1f",
        "0.5, rodin-gateway-0-5",
        "my.release, my-release-rodin-gateway",
        "rodin-gateway, rodin-gateway",
        "1-rodin-gateway, rodin-gateway-1-rodin-gateway",
    })
    void releaseMayHaveAnyNameThatHelmAllows(String release, String name) {
        for (String namespace : new String[] {"apps", "no", "1234"}) {
            Chart.Manifests manifests = Chart.render(release, namespace, EVERYTHING);

            assertThat(manifests.one("Deployment").at("/metadata/name")).isEqualTo(text(name));
            assertThat(manifests.one("Deployment").at("/metadata/labels/app.kubernetes.io~1instance"))
                    .isEqualTo(text(release));
            assertThat(manifests.all()).hasSizeGreaterThan(10).allSatisfy(manifest -> {
                assertThat(manifest.at("/metadata/namespace")).isEqualTo(text(namespace));
                validate(manifest);
            });
            assertThat(manifests.of("Service")).isNotEmpty().allSatisfy(service -> assertThat(
                            service.at("/metadata/name").asText())
                    .matches("[a-z]([-a-z0-9]{0,61}[a-z0-9])?"));
        }
    }

    /** Sets all values that may be such a string at the same time. */
    @ParameterizedTest
    @ValueSource(strings = {"no", "on", "y", "true", "null", "1234", "1e3", "0x1f", "~", "0.5"})
    void stringsAreRenderedAsStrings(String word) throws IOException {
        JsonNode values = Chart.YAML.readTree(EVERYTHING.toFile());
        JsonNode schema = Chart.YAML.readTree(
                Chart.DIRECTORY.resolve("values.schema.json").toFile());
        int set = set((ObjectNode) values, schema, schema.path("definitions"), word);
        assertThat(set).isGreaterThan(3);

        Chart.Manifests manifests =
                Chart.render("release", "apps", Chart.file(Chart.YAML.convertValue(values, Chart.STRINGS_TO_ANYTHING)));

        assertThat(manifests.all()).hasSizeGreaterThan(10).allSatisfy(ChartNamesTest::validate);
        assertThat(manifests.all().toString()).contains("\"" + word + "\"");
    }

    /** Sets each string, label and annotation for which the schema allows this word; returns how many. */
    private static int set(ObjectNode values, JsonNode schema, JsonNode definitions, String word) {
        int set = 0;
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            JsonNode type = field.getValue().has("$ref")
                    ? definitions.path(field.getValue().path("$ref").asText().replace("#/definitions/", ""))
                    : field.getValue();
            boolean map =
                    type.path("additionalProperties").path("type").asText().equals("string");
            if (map && values.path(field.getKey()).isObject()) {
                values.withObject("/" + field.getKey()).put("example.com", word);
                set += allows(type.path("additionalProperties"), word) ? 1 : 0;
                if (!allows(type.path("additionalProperties"), word)) {
                    values.withObject("/" + field.getKey()).remove("example.com");
                }
            } else if (type.has("properties") && values.path(field.getKey()).isObject()) {
                set += set(values.withObject("/" + field.getKey()), type, definitions, word);
            } else if (type.path("type").asText().equals("string") && allows(type, word)) {
                values.put(field.getKey(), word);
                set++;
            }
        }
        return set;
    }

    private static boolean allows(JsonNode type, String word) {
        return !type.has("enum")
                && word.length() >= type.path("minLength").asInt()
                && Pattern.compile(type.path("pattern").asText(".*"))
                        .matcher(word)
                        .find();
    }

    private static void validate(JsonNode manifest) throws Exception {
        if (Models.know(manifest)) {
            Models.validate(manifest);
        }
    }

    private static JsonNode text(String text) {
        return Chart.YAML.getNodeFactory().textNode(text);
    }
}
