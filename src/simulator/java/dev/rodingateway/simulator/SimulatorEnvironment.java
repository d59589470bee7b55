package dev.rodingateway.simulator;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a standalone simulator, by name.
 *
 * @param variables returns the value of a variable, or null if it is not set
 */
record SimulatorEnvironment(Function<String, @Nullable String> variables) {

    private static final int DEFAULT_PORT = 8091;

    /** Returns the system properties, and the environment variables for settings that are not system properties. */
    static SimulatorEnvironment ofProcess() {
        return new SimulatorEnvironment(name -> System.getProperty(name, System.getenv(name)));
    }

    /**
     * Returns the settings; one that is not set or blank has its default.
     *
     * @throws IllegalArgumentException with a message of one sentence that names the setting and its valid values
     */
    SimulatorSettings settings() {
        SimulatorSettings defaults = SimulatorSettings.defaults();
        return new SimulatorSettings(
                value("SIMULATOR_HOST").orElse(defaults.host()),
                number("SIMULATOR_PORT", DEFAULT_PORT, 0, 65_535),
                value("SIMULATOR_API_KEY"),
                Duration.ofSeconds(number(
                        "SIMULATOR_TASK_SECONDS", (int) defaults.taskLength().toSeconds(), 1, 86_400)),
                Ticker.systemTicker());
    }

    private int number(String name, int otherwise, int least, int most) {
        return value(name).map(text -> parse(name, text, least, most)).orElse(otherwise);
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(variables.apply(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static int parse(String name, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Handled below like a number that is out of range.
        }
        throw new IllegalArgumentException(
                "%s must be a whole number from %d to %d, not '%s'.".formatted(name, least, most, text));
    }
}
