package dev.rodingateway.simulator;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of a simulator. {@code toString} omits the API key.
 *
 * @param host the address to listen on; {@code 0.0.0.0} for all
 * @param port 0 to 65535; 0 takes any free one
 * @param apiKey the only bearer token that is accepted, not blank; if empty, any token that is not blank is accepted
 * @param taskLength how long a task takes after its first check; positive, at most a day
 * @param ticker the time that determines the progress of tasks
 */
public record SimulatorSettings(String host, int port, Optional<String> apiKey, Duration taskLength, Ticker ticker) {

    private static final Duration LONGEST_TASK = Duration.ofDays(1);

    public SimulatorSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host must not be blank");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("the port must be 0 to 65535, not " + port);
        }
        if (apiKey.isPresent() && apiKey.get().isBlank()) {
            throw new IllegalArgumentException("the API key must not be blank");
        }
        if (taskLength.isNegative() || taskLength.isZero() || taskLength.compareTo(LONGEST_TASK) > 0) {
            throw new IllegalArgumentException("a task must take more than no time and at most a day");
        }
    }

    /** Returns settings for any free port on the loopback interface, any bearer token and tasks that take 30 s. */
    public static SimulatorSettings defaults() {
        return new SimulatorSettings("127.0.0.1", 0, Optional.empty(), Duration.ofSeconds(30), Ticker.systemTicker());
    }

    @Override
    public String toString() {
        return "SimulatorSettings[host=%s, port=%d, apiKey=%s, taskLength=%s]"
                .formatted(host, port, apiKey.isPresent() ? "***" : "any", taskLength);
    }
}
