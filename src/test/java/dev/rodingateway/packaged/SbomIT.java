package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SbomIT {

    private static final Path SBOM = Path.of("target", "rodin-gateway.cdx.json");
    private static final Path LIBRARIES = Path.of("target", "quarkus-app", "lib");
    private static final Pattern PURL =
            Pattern.compile("pkg:maven/([^/@]+)/([^/@]+)@([^?]+)\\?(?:classifier=([^&]+)&)?type=jar");

    @Test
    void itDescribesTheGateway() throws IOException {
        JsonNode sbom = read();

        assertThat(sbom.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(sbom.at("/metadata/component/type").asText()).isEqualTo("application");
        assertThat(sbom.at("/metadata/component/purl").asText())
                .startsWith("pkg:maven/dev.rodingateway/rodin-gateway@");
        assertThat(sbom.path("components")).isNotEmpty();
    }

    @Test
    void itNamesThePackagedLibrariesAndNoOthers() throws IOException {
        assumeThat(GatewayProcess.isNative()).isFalse();

        assertThat(componentsOf(read())).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(packaged());
    }

    private static JsonNode read() throws IOException {
        return new ObjectMapper().readTree(SBOM.toFile());
    }

    private static List<String> componentsOf(JsonNode sbom) {
        return sbom.path("components")
                .valueStream()
                .map(component -> fileName(component.path("purl").asText()))
                .toList();
    }

    /** The name under which Quarkus packages the library of a package URL. */
    private static String fileName(String purl) {
        Matcher parts = PURL.matcher(purl);
        assertThat(parts.matches()).as("%s is a jar's", purl).isTrue();
        String classifier = parts.group(4) == null ? "" : "-" + parts.group(4);
        return parts.group(1) + "." + parts.group(2) + "-" + parts.group(3) + classifier + ".jar";
    }

    private static List<String> packaged() throws IOException {
        try (Stream<Path> files = Files.walk(LIBRARIES)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        }
    }
}
