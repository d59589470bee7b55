package dev.rodingateway.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Exposes the running build as a metric, so that dashboards can relate changes to a roll-out. */
@Singleton
final class BuildInfo {

    void register(
            @Observes StartupEvent start,
            MeterRegistry meters,
            @ConfigProperty(name = "quarkus.application.version") String version,
            @ConfigProperty(name = "build.revision") String revision) {
        Gauge.builder("gateway.build.info", () -> 1)
                .description("Always 1; its labels identify the running build")
                .tag("version", version)
                .tag("revision", revision)
                .tag("runtime", ImageMode.current() == ImageMode.NATIVE_RUN ? "native" : "jvm")
                .register(meters);
    }
}
