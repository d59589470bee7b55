package dev.rodingateway.simulator;


/**
 * Runs a standalone simulator until the process is stopped. It reads {@code SIMULATOR_PORT} (8091),
 * {@code SIMULATOR_HOST} (127.0.0.1), {@code SIMULATOR_API_KEY} (any) and {@code SIMULATOR_TASK_SECONDS} (30) from
 * system properties or the environment. For an invalid setting, or a port in use, it prints one line to standard error
 * and exits with code 1.
 */
public final class SimulatorMain {

    private SimulatorMain() {}

    /** Starts the simulator and prints its URL and scenarios; the arguments are ignored. */
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
