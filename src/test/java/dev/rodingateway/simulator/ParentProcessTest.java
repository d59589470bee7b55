package dev.rodingateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParentProcessTest {

    private final AtomicBoolean gone = new AtomicBoolean();
    private Process parent;

    @AfterEach
    void end() {
        if (parent != null) {
            parent.destroyForcibly();
        }
    }

    @Test
    void demoEndsWhenItsBuildToolIsKilled() throws Exception {
        // Given
        parent = start(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                SimulatorMain.class.getName());
        CompletableFuture<Void> end = ParentProcess.whenGone(Optional.of(parent.toHandle()), () -> gone.set(true))
                .orElseThrow();
        assertThat(gone).isFalse();

        // When
        parent.destroyForcibly();

        // Then
        end.get(10, TimeUnit.SECONDS);
        assertThat(gone).isTrue();
    }

    @Test
    void parentThatIsNotABuildToolIsIgnored() throws Exception {
        parent = start("sleep", "60");

        assertThat(ParentProcess.whenGone(Optional.of(parent.toHandle()), () -> gone.set(true)))
                .isEmpty();
        assertThat(ParentProcess.whenGone(Optional.empty(), () -> gone.set(true)))
                .isEmpty();
    }

    private static Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SIMULATOR_PORT", "0");
        return builder.start();
    }
}
