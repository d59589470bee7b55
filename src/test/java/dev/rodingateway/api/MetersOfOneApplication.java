package dev.rodingateway.api;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Metrics;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Removes the meters of an application when it stops. Tests start several applications in one process and Micrometer's
 * global registry outlives them: it would continue to read the counters and gauges of the first. Quarkus does this in
 * development mode only.
 */
@Singleton
final class MetersOfOneApplication {

    void removeMeters(@Observes ShutdownEvent event) {
        for (Meter meter : Metrics.globalRegistry.getMeters()) {
            Metrics.globalRegistry.remove(meter);
        }
    }
}
