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

                A simulated Rodin listens on port %d; the gateway calls %s. When the gateway has started, try

                %s

                or a key in Rodin's format, here for three jobs:

                  %s

                or watch any of these keys at http://localhost:%d/ and simulate an outage of Rodin:

                  curl -X POST 'localhost:%d/simulator/outage?mode=refuse-502'   # also hang and reset; off ends it

                Any other key is unknown to Rodin. Ctrl-C ends both; Maven then reports a failed build, which can be
                ignored.
                """.formatted(port, rodinUrl, scenarios, curl(SampleKeys.forJobs(3)), gatewayPort, port);
    }

    private String curl(String key) {
        return "curl localhost:%d/tasks/%s/status".formatted(gatewayPort, key);
    }
}
