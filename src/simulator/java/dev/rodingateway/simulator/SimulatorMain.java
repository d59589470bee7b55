package dev.rodingateway.simulator;


/**
 * Runs a simulator by itself until it is told to stop. It reads {@code SIMULATOR_PORT} (8091), {@code SIMULATOR_HOST}
 * (127.0.0.1), {@code SIMULATOR_API_KEY} (any) and {@code SIMULATOR_TASK_SECONDS} (30) from system properties or the
 * environment. A setting that is invalid, or a port in use, is one line on standard error and exit code 1.
 */
public final class SimulatorMain {

    private SimulatorMain() {}

    /** Starts the simulator and prints where it is and what it can play; the arguments are not looked at. */
    public static void main(String[] args) {
        try {
            RodinSimulator simulator =
                    RodinSimulator.start(SimulatorEnvironment.ofProcess().settings());
            Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "simulator-close"));
            System.out.println(banner(simulator.url()));
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static String banner(String url) {
        StringBuilder text = new StringBuilder("The Rodin simulator listens on " + url + "\n\n");
        text.append("Keys with a name; each also as NAME-anything, so that there can be several:\n");
        for (Scenario scenario : Scenario.values()) {
            text.append("  %-20s %s%n".formatted(scenario.key(), scenario.description()));
        }
        text.append("\nA key like Rodin's own, for a task of five jobs:\n  ").append(SampleKeys.forJobs(5));
        return text.append(
                        "\n\nControls: GET /simulator/checks; POST /simulator/outage?mode=refuse-502|hang|reset|off,")
                .append(" /simulator/latency?ms=N, /simulator/reset")
                .toString();
    }
}
