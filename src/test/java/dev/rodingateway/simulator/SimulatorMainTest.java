package dev.rodingateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorMainTest {

    private static final int SIGTERM = 128 + 15;

    private Process process;

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void printsItsAddressScenariosAndASampleKeyAndEndsOnASignal() throws Exception {
        // Given
        process = start("0");
        BufferedReader output = process.inputReader();

        // When
        List<String> banner = readUntil(output, "Controls:");
        process.toHandle().destroy();

        // Then
        assertThat(banner.get(0)).matches("The Rodin simulator listens on http://127\\.0\\.0\\.1:\\d+");
        assertThat(banner).anyMatch(line -> line.matches("  [A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+"));
        assertThat(Stream.of(Scenario.values()).map(Scenario::description))
                .allMatch(description -> banner.stream().anyMatch(line -> line.endsWith(description)));
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(SIGTERM);
        assertThat(errors()).isEmpty();
    }

    @Test
    void invalidSettingIsOneLineAndExitCodeOne() throws Exception {
        process = start("many");

        assertThat(errors()).containsExactly("SIMULATOR_PORT must be a whole number from 0 to 65535, not 'many'.");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    void portInUseIsOneLineAndExitCodeOne() throws Exception {
        try (RodinSimulator first = RodinSimulator.start(SimulatorSettings.defaults())) {
            process = start(String.valueOf(first.port()));

            assertThat(errors()).singleElement().asString().contains("Address already in use");
            assertThat(process.waitFor()).isEqualTo(1);
        }
    }

    private static Process start(String port) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                SimulatorMain.class.getName());
        builder.environment().put("SIMULATOR_PORT", port);
        return builder.start();
    }

    private static List<String> readUntil(BufferedReader output, String last) throws IOException {
        Stream.Builder<String> lines = Stream.builder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.startsWith(last)) {
                break;
            }
        }
        return lines.build().toList();
    }

    /** Returns what the simulator printed to stderr, without warnings of newer JVMs about libraries. */
    private Stream<String> errors() {
        return process.errorReader().lines().filter(line -> !line.startsWith("WARNING: "));
    }
}
