package dev.rodingateway.api;

import dev.rodingateway.simulator.RodinSimulator;
import dev.rodingateway.simulator.SimulatorSettings;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The simulator of Rodin on a real socket, with tasks that take three seconds. */
public final class SimulatorResource implements QuarkusTestResourceLifecycleManager {

    /** Marks a field of type String for the simulator's URL. */
    @Target(ElementType.FIELD)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Url {}

    private static final String API_KEY = "the-api-key-of-the-tests";

    private RodinSimulator simulator;

    @Override
    public Map<String, String> start() {
        SimulatorSettings defaults = SimulatorSettings.defaults();
        simulator = RodinSimulator.start(new SimulatorSettings(
                defaults.host(), 0, Optional.of(API_KEY), Duration.ofSeconds(3), defaults.ticker()));
        return Map.of(
                "rodin.url", simulator.url(),
                "rodin.api-key", API_KEY,
                "gateway.freshness.waiting", "1s",
                "gateway.freshness.generating", "1s",
                "gateway.upstream.timeout", "2s",
                "gateway.upstream.requests-per-minute", "100000");
    }

    @Override
    public void inject(TestInjector testInjector) {
        testInjector.injectIntoFields(
                simulator.url(), new TestInjector.AnnotatedAndMatchesType(Url.class, String.class));
    }

    @Override
    public void stop() {
        simulator.close();
    }
}
