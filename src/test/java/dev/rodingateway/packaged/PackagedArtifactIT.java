package dev.rodingateway.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class PackagedArtifactIT {

    private static final String SIMULATOR = "dev/rodingateway/simulator";
    private static final Path APPLICATION = Path.of("target", "quarkus-app");

    @Test
    void productionBuildDoesNotContainTheSimulator() throws IOException {
        assumeThat(GatewayProcess.isNative()).isFalse();

        List<String> entries = entriesOfAllJars();

        assertThat(entries).anyMatch(entry -> entry.endsWith("dev/rodingateway/Main.class"));
        assertThat(entries).noneMatch(entry -> entry.contains(SIMULATOR) && !entry.endsWith("/"));
        assertThat(entries).noneMatch(entry -> entry.contains("SimulatorMain") || entry.contains("RodinSimulator"));
    }

    @Test
    void productionBuildDoesNotContainTestLibraries() throws IOException {
        assumeThat(GatewayProcess.isNative()).isFalse();

        assertThat(entriesOfAllJars()).noneMatch(entry -> Stream.of(
                        "org/junit/",
                        "org/assertj/",
                        "org/awaitility/",
                        "net/jqwik/",
                        "wiremock",
                        "com/tngtech/",
                        "io/restassured/",
                        "io/quarkus/test/")
                .anyMatch(entry::contains));
    }

    private static List<String> entriesOfAllJars() throws IOException {
        List<String> entries = new ArrayList<>();
        try (Stream<Path> files = Files.walk(APPLICATION)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.add(file.toString());
                if (file.toString().endsWith(".jar")) {
                    add(entries, file.getFileName() + "!", Files.newInputStream(file));
                }
            }
        }
        return entries;
    }

    private static void add(List<String> entries, String prefix, InputStream jar) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(jar)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.add(prefix + entry.getName());
                if (entry.getName().endsWith(".jar")) {
                    add(entries, prefix + entry.getName() + "!", new ByteArrayInputStream(zip.readAllBytes()));
                }
            }
        }
    }
}
