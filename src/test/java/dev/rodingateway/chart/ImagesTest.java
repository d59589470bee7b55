package dev.rodingateway.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of the images in the Dockerfiles; src/test/container/run builds and runs them. */
class ImagesTest {

    private static final Path DIRECTORY = Path.of("docker");
    private static final Pattern ENTRYPOINT = Pattern.compile("(?m)^ENTRYPOINT (\\[.*])$");
    private static final Pattern LABEL = Pattern.compile("org\\.opencontainers\\.image\\.([\\w.]+)=\"([^\"]+)\"");

    /** Each stage of a Dockerfile that ends in an image to run. */
    static Stream<Stage> images() throws IOException {
        List<Stage> images = new ArrayList<>();
        for (String kind : List.of("jvm", "native")) {
            String text = Files.readString(DIRECTORY.resolve("Dockerfile." + kind));
            for (String stage : text.split("(?m)^(?=FROM )")) {
                if (ENTRYPOINT.matcher(stage).find()) {
                    images.add(new Stage(kind + " " + stage.lines().findFirst().orElseThrow(), stage));
                }
            }
        }
        assertThat(images).hasSize(3);
        return images.stream();
    }

    @ParameterizedTest
    @MethodSource("images")
    void outOfMemoryEndsTheProcess(Stage image) throws IOException {
        Matcher entrypoint = ENTRYPOINT.matcher(image.text());
        assertThat(entrypoint.find()).isTrue();
        JsonNode command = Chart.YAML.readTree(entrypoint.group(1));

        assertThat(StreamSupport.stream(command.spliterator(), false).map(JsonNode::asText))
                .contains("-XX:+ExitOnOutOfMemoryError");
    }

    @ParameterizedTest
    @MethodSource("images")
    void labelsIdentifyTheSource(Stage image) {
        assertThat(LABEL.matcher(image.text()).results().map(label -> label.group(1)))
                .containsExactlyInAnyOrder(
                        "title",
                        "description",
                        "source",
                        "licenses",
                        "version",
                        "revision",
                        "created",
                        "base.name",
                        "url",
                        "documentation");
        // A variable that the stage does not declare is empty.
        assertThat(Pattern.compile("=\"\\$\\{(\\w+)}\"")
                        .matcher(image.text())
                        .results()
                        .map(label -> label.group(1)))
                .hasSize(4)
                .allSatisfy(argument -> assertThat(image.text()).containsPattern("(?m)^ARG " + argument + "(=|$)"));
    }

    @Test
    void releaseHasItsBuildTime() throws IOException {
        assertThat(Files.readString(Path.of(".github/workflows/release.yml")))
                .containsPattern("(?m)^ +CREATED=\\$\\{\\{ .+ }}$");
    }

    record Stage(String name, String text) {
        @Override
        public String toString() {
            return name;
        }
    }
}
