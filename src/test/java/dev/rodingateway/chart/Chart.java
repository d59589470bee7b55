package dev.rodingateway.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The Helm chart, rendered by Helm itself. */
final class Chart {

    static final Path DIRECTORY = Path.of("helm", "rodin-gateway");
    static final YAMLMapper YAML = new YAMLMapper();
    static final Map<String, String> LEAST = Map.of("existingSecret", "a-secret");

    private static final String KUBERNETES = "1.34.0";
    private static final String HOOK = "helm.sh/hook";

    /** The annotation's name in the copy that is rendered, as Helm's library leaves out what is a hook. */
    private static final String PLAIN = "plain.helm.sh/hook";

    private static final Path COPY = copyWithoutHooks();

    private Chart() {}

    /** The files of values that stand for the ways to use the chart. */
    static Stream<Path> variants() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY.resolve("ci"))) {
            return files.filter(file -> file.toString().endsWith("-values.yaml")).sorted().toList().stream();
        }
    }

    static Manifests render(Path values) {
        return manifests(
                template().withKubeVersion(KUBERNETES).withValuesFile(values).call());
    }

    /** @param values each by its path, beside the one that is required */
    static Manifests render(Map<String, ?> values) {
        return render(KUBERNETES, values);
    }

    /** The same in a cluster of another version. */
    static Manifests render(String kubernetes, Map<String, ?> values) {
        TemplateCommand template = template().withKubeVersion(kubernetes);
        LEAST.forEach(template::set);
        values.forEach(template::set);
        return manifests(template.call());
    }

    private static TemplateCommand template() {
        return new Helm(COPY).template().withName("release").withNamespace("apps");
    }

    private static Manifests manifests(String rendered) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(rendered.replace(PLAIN, HOOK))) {
            return new Manifests(documents.readAll().stream()
                    .filter(document -> document.isObject())
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path copyWithoutHooks() {
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            Path copy = Files.createTempDirectory("rodin-gateway-chart-");
            for (Path file : files.toList()) {
                Path target = copy.resolve(DIRECTORY.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.writeString(target, Files.readString(file).replace(HOOK, PLAIN));
                }
                // From the last to the first: the files before their directory.
                target.toFile().deleteOnExit();
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was rendered, each document as a tree. */
    record Manifests(List<JsonNode> all) {

        List<JsonNode> of(String kind) {
            return all.stream()
                    .filter(document -> document.path("kind").asText().equals(kind))
                    .toList();
        }

        /** Returns the only one of a kind. */
        JsonNode one(String kind) {
            List<JsonNode> found = of(kind);
            if (found.size() != 1) {
                throw new AssertionError(found.size() + " documents are a " + kind);
            }
            return found.get(0);
        }

        JsonNode pod() {
            return one("Deployment").at("/spec/template/spec");
        }

        JsonNode container() {
            ArrayNode containers = (ArrayNode) pod().at("/containers");
            if (containers.size() != 1) {
                throw new AssertionError(containers.size() + " containers");
            }
            return containers.get(0);
        }

        /** Returns the value of one of the container's environment variables, the empty string when it is not set. */
        String variable(String name) {
            for (JsonNode variable : container().path("env")) {
                if (variable.path("name").asText().equals(name)) {
                    return variable.path("value").asText();
                }
            }
            return "";
        }
    }
}
