package dev.rodingateway.simulator;

import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Starts the simulator together with the gateway and prints examples; in the demo and in development only. */
@Singleton
@IfBuildProfile(anyOf = {"dev", "demo"})
final class EmbeddedSimulator {

    private final int port;
    private final int gatewayPort;
    private @Nullable RodinSimulator simulator;

    @Inject
    EmbeddedSimulator(
            @ConfigProperty(name = "simulator.port") int port,
            @ConfigProperty(name = "quarkus.http.port") int gatewayPort) {
        this.port = port;
        this.gatewayPort = gatewayPort;
    }

    void start(@Observes StartupEvent event, @ConfigProperty(name = "rodin.url") String rodinUrl) {
        SimulatorSettings defaults = SimulatorSettings.defaults();
        simulator = RodinSimulator.start(new SimulatorSettings(
                defaults.host(), port, defaults.apiKey(), defaults.taskLength(), defaults.ticker()));
        System.out.println(banner(rodinUrl));
        if (LaunchMode.current() == LaunchMode.NORMAL) {
            ParentProcess.whenGone(ProcessHandle.current().parent(), Quarkus::asyncExit);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        if (simulator != null) {
            simulator.close();
        }
    }

    private String banner(String rodinUrl) {
        String scenarios = Arrays.stream(Scenario.values())
                .map(scenario -> "  %s   # %s".formatted(curl(scenario.key()), scenario.description()))
                .collect(Collectors.joining("\n"));
        return """

                A stand-in Rodin listens on port %d; the gateway asks %s. Once the gateway is up, try

                %s

                or a key as Rodin mints them, here for three jobs:

                  %s

                or watch any of these keys move at http://localhost:%d/ and see what an outage of Rodin's does to them:

                  curl -X POST 'localhost:%d/simulator/outage?mode=refuse-502'   # also hang and reset; off ends it

                Any other key is one that Rodin does not know. Ctrl-C ends it all; the failed build that Maven then tells of
                means nothing.
                """.formatted(port, rodinUrl, scenarios, curl(SampleKeys.forJobs(3)), gatewayPort, port);
    }

    private String curl(String key) {
        return "curl localhost:%d/tasks/%s/status".formatted(gatewayPort, key);
    }
}
