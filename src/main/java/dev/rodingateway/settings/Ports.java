package dev.rodingateway.settings;

import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Validates the ports before the server opens them. The server itself prints a stack trace where one is too high, takes a
 * negative one for any free port, and serves both interfaces at random where they share one.
 */
@Startup
@Singleton
final class Ports {

    private static final int HIGHEST = 65_535;

    /**
     * Validates both ports.
     *
     * @throws InvalidSetting when a port is out of range, or both are the same
     */
    @Inject
    Ports(
            @ConfigProperty(name = "quarkus.http.port", defaultValue = "8080") int main,
            @ConfigProperty(name = "quarkus.management.port", defaultValue = "9000") int management) {
        check("QUARKUS_HTTP_PORT", main);
        check("QUARKUS_MANAGEMENT_PORT", management);
        if (main == management && main != 0) {
            throw new InvalidSetting("QUARKUS_MANAGEMENT_PORT and QUARKUS_HTTP_PORT are both " + main
                    + ": two different ports are expected.");
        }
    }

    private static void check(String setting, int port) {
        if (port < 0 || port > HIGHEST) {
            throw new InvalidSetting(
                    setting + " cannot be " + port + ": a whole number from 0 to " + HIGHEST + " is expected.");
        }
    }
}
