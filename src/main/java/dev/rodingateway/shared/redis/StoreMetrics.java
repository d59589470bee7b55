package dev.rodingateway.shared.redis;

import dev.rodingateway.shared.script.Script;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Metrics of the shared store. */
public final class StoreMetrics {

    private static final Duration[] BUCKETS =
            Stream.of(1, 5, 10, 50, 100, 250, 1000).map(Duration::ofMillis).toArray(Duration[]::new);

    private final MeterRegistry meters;
    private final Counter adopted;

    public StoreMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.adopted = Counter.builder("gateway.store.adopted")
                .description("Snapshots of other replicas that were received from the shared store")
                .register(meters);
        for (Script script : Script.values()) {
            Timer unused = timer(script, "ok");
        }
    }

    /** Registers the gauges; the suppliers must not block. */
    public void register(
            Supplier<Boolean> available, Supplier<Number> replicas, Supplier<Number> live, Supplier<Duration> logLag) {
        gauge(
                "gateway.store.available",
                "1 while the shared store is available, otherwise 0",
                () -> available.get() ? 1 : 0);
        gauge("gateway.store.replicas", "Replicas that use the shared store, as last reported by it", replicas);
        gauge("gateway.store.live.tasks", "Live tasks of all replicas, as last reported by the shared store", live);
        gauge(
                "gateway.store.log.lag.seconds",
                "Time since this replica last read the shared log completely",
                () -> logLag.get().toMillis() / 1000.0);
    }

    /** Counts a snapshot of another replica's check. */
    public void adopted() {
        adopted.increment();
    }

    void called(Script script, String result, Duration duration) {
        timer(script, result).record(duration);
    }

    private Timer timer(Script script, String result) {
        return Timer.builder("gateway.store.calls")
                .description("Calls to the shared store by result")
                .tag("call", script.label())
                .tag("result", result)
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(meters);
    }
}
