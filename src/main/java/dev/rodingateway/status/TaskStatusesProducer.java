package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.Checked;
import dev.rodingateway.rodin.Purpose;
import dev.rodingateway.rodin.RodinClient;
import dev.rodingateway.task.TaskKey;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;

/** Puts the look-up together. */
final class TaskStatusesProducer {

    /** How long a caller waits for a check while something known could be served. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private TaskStatusesProducer() {}

    @Produces
    @Singleton
    static TaskStatuses taskStatuses(
            RodinClient rodin,
            FreshnessConfig freshness,
            StalenessConfig staleness,
            CacheConfig cache,
            MeterRegistry meters) {
        return assemble(
                rodin::check,
                rodin::checksPerSecond,
                new Settings(freshness, staleness.staleFor(), cache.maximumSize(), PATIENCE),
                InstantSource.system(),
                Ticker.systemTicker(),
                meters);
    }

    static TaskStatuses assemble(
            BiFunction<TaskKey, Purpose, Uni<Checked>> rodin,
            DoubleSupplier checksPerSecond,
            Settings settings,
            InstantSource clock,
            Ticker ticker,
            MeterRegistry meters) {
        int size = settings.maximumSize();
        LiveTasks live = new LiveTasks(size, checksPerSecond, ticker);
        Lifetimes lifetimes = new Lifetimes(settings.freshness(), live::fairShare);
        LastKnown lastKnown = new LastKnown(size, kept -> usableFor(kept, lifetimes, settings.staleFor()), ticker);
        Backoff backoff = new Backoff(size, lifetimes::betweenChecks, ticker, () -> ThreadLocalRandom.current()
                .nextDouble());
        Checker checker = new Checker(rodin, lastKnown, lifetimes, backoff, clock, ticker);
        Checks checks = new Checks(size, checker::check, ticker);
        meters.gauge("gateway.live.tasks", live, LiveTasks::count);
        meters.gauge(
                "gateway.live.lifetime.seconds", lifetimes, l -> l.generating().toMillis() / 1000.0);
        return new TaskStatuses(
                lastKnown, checks, live, lifetimes, settings.patience(), ticker, new LookupMetrics(meters));
    }

    private static Duration usableFor(Kept kept, Lifetimes lifetimes, Duration staleFor) {
        Duration lifetime = lifetimes.of(kept.snapshot().status());
        return kept.terminal() ? lifetime : lifetime.plus(staleFor);
    }

    /** What operators set, as values. */
    record Settings(FreshnessConfig freshness, Duration staleFor, int maximumSize, Duration patience) {}
}
