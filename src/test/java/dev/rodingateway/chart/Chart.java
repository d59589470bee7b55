package dev.rodingateway.chart;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The Helm chart, rendered by Helm itself. */
final class Chart {

    static final Path DIRECTORY = Path.of("helm", "rodin-gateway");
    static final YAMLMapper YAML = new YAMLMapper();
    static final Map<String, String> LEAST = Map.of("existingSecret", "a-secret");

    static final TypeReference<Map<String, Object>> STRINGS_TO_ANYTHING = new TypeReference<>() {};

    private static final String KUBERNETES = "1.34.0";
    private static final String KUBE_CONFIG = """
            apiVersion: v1
            kind: Config
            clusters: [{name: test, cluster: {server: "%s"}}]
            users: [{name: test, user: {}}]
            contexts: [{name: test, context: {cluster: test, user: test}}]
            current-context: test
            """;
    /** Separates the copy's notes from the rendered templates. */
    private static final String MARK = "=== manifests";

    private static final Path COPY = copy();

    private Chart() {}

    /** The files of values for different uses of the chart. */
    static Stream<Path> variants() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY.resolve("ci"))) {
            return files.filter(file -> file.toString().endsWith("-values.yaml")).sorted().toList().stream();
        }
    }

    static Manifests render(Path values) {
        return render("release", "apps", values);
    }

    /** Renders a release of any name, in a namespace of any name. */
    static Manifests render(String release, String namespace, Path values) {
        return manifests(alone(COPY, KUBERNETES)
                .withName(release)
                .withNamespace(namespace)
                .withValuesFile(values));
    }

    /** @param values by path, in addition to the required one */
    static Manifests render(Map<String, ?> values) {
        return render(KUBERNETES, values);
    }

    /** Renders for a cluster of another version. */
    static Manifests render(String kubernetes, Map<String, ?> values) {
        return manifests(with(values, alone(COPY, kubernetes)));
    }

    /** Renders the chart as another version of it. */
    static Manifests renderAsVersion(String version, Map<String, ?> values) {
        return manifests(with(values, alone(copyAsVersion(version), KUBERNETES)));
    }

    /**
     * Renders with a cluster, as an installation or an upgrade does.
     *
     * @param server the API server's URL
     */
    static Manifests renderIn(String server, Map<String, ?> values) {
        return manifests(with(
                values,
                release(COPY)
                        .withDryRunOption(DryRun.SERVER)
                        .disableOpenApiValidation()
                        .withKubeConfigContents(KUBE_CONFIG.formatted(server))));
    }

    /** Writes values to a file, in which every string is quoted. */
    static Path file(Map<String, ?> values) {
        try {
            Path file = Files.createTempFile("rodin-gateway-values-", ".yaml");
            file.toFile().deleteOnExit();
            YAML.writeValue(file.toFile(), values);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Renders as {@code helm template} does; the library's own command of that name would use a cluster. */
    private static InstallCommand alone(Path chart, String kubernetes) {
        return release(chart)
                .clientOnly()
                .withDryRunOption(DryRun.CLIENT)
                .withKubeConfigContents(KUBE_CONFIG.formatted("http://127.0.0.1:1"))
                .withKubeVersion(kubernetes);
    }

    private static InstallCommand release(Path chart) {
        return new Helm(chart).install().withName("release").withNamespace("apps");
    }

    private static InstallCommand with(Map<String, ?> values, InstallCommand install) {
        LEAST.forEach(install::set);
        values.forEach(install::set);
        return install;
    }

    private static Manifests manifests(InstallCommand install) {
        String[] output = install.call().getOutput().split("NOTES:\n|\n" + MARK + "\n");
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<JsonNode> documents = new ArrayList<>();
        // YAML 1.1, as Kubernetes reads it: Jackson's own parser treats an unquoted "no" as a string.
        for (Object document : new Yaml(new SafeConstructor(options)).loadAll(output[2])) {
            if (document != null) {
                documents.add(YAML.valueToTree(document));
            }
        }
        return new Manifests(documents, output[1]);
    }

    private static Path copyAsVersion(String version) {
        try {
            Path copy = copy();
            Path description = copy.resolve("Chart.yaml");
            Files.writeString(
                    description,
                    Files.readString(description).replaceAll("(?m)^(version|appVersion): .*$", "$1: " + version));
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Copies the chart, with all rendered templates appended to the notes, because an installation returns only the
     * notes.
     */
    private static Path copy() {
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            Path copy = Files.createTempDirectory("rodin-gateway-chart-");
            Path templates = DIRECTORY.resolve("templates");
            StringBuilder manifests = new StringBuilder("\n" + MARK + "\n");
            for (Path file : files.toList()) {
                Path target = copy.resolve(DIRECTORY.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
                // In reverse order, so that files precede their directory.
                target.toFile().deleteOnExit();
                if (file.startsWith(templates) && file.toString().endsWith(".yaml")) {
                    manifests
                            .append("---\n{{ include (print .Template.BasePath \"/")
                            .append(templates.relativize(file))
                            .append("\") . }}\n");
                }
            }
            Files.writeString(copy.resolve("templates/NOTES.txt"), manifests, StandardOpenOption.APPEND);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The rendered chart.
     *
     * @param all each document as a tree
     * @param notes the notes for the user
     */
    record Manifests(List<JsonNode> all, String notes) {

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

        /** Returns the gateway's Deployment. */
        JsonNode deployment() {
            return ofComponent("Deployment", "gateway");
        }

        /** Returns the only object of a kind that belongs to a component: a Deployment, Service or NetworkPolicy. */
        JsonNode ofComponent(String kind, String component) {
            List<JsonNode> found = of(kind).stream()
                    .filter(document -> selector(document)
                            .path("app.kubernetes.io/component")
                            .asText()
                            .equals(component))
                    .toList();
            if (found.size() != 1) {
                throw new AssertionError(found.size() + " documents are a " + kind + " of " + component);
            }
            return found.get(0);
        }

        /** Returns the labels by which an object selects its pods. */
        static JsonNode selector(JsonNode document) {
            for (String place : List.of("/spec/selector/matchLabels", "/spec/podSelector/matchLabels")) {
                if (document.at(place).isObject()) {
                    return document.at(place);
                }
            }
            return document.at("/spec/selector");
        }

        JsonNode pod() {
            return deployment().at("/spec/template/spec");
        }

        JsonNode container() {
            return container(pod());
        }

        /** Returns the only container of a pod. */
        static JsonNode container(JsonNode pod) {
            JsonNode containers = pod.path("containers");
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
