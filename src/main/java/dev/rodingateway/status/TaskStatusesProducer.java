package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RodinClient;
import dev.rodingateway.status.cache.CacheConfig;
import dev.rodingateway.status.cache.LiveTasks;
import dev.rodingateway.status.cache.StatusCache;
import dev.rodingateway.status.check.CheckedLookups;
import dev.rodingateway.status.check.Checker;
import dev.rodingateway.status.check.InFlightChecks;
import dev.rodingateway.status.check.LocalChecks;
import dev.rodingateway.status.check.OutcomeRecorder;
import dev.rodingateway.status.check.StatusSource;
import dev.rodingateway.status.freshness.Backoff;
import dev.rodingateway.status.freshness.FreshnessConfig;
import dev.rodingateway.status.freshness.FreshnessPolicy;
import dev.rodingateway.status.freshness.StalenessConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Assembles the objects that look-ups are made of. */
public final class TaskStatusesProducer {

    /** How long a look-up waits for a check while it could serve a cached status. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** A third of the heap is for cached statuses; the rest is for requests, connections, watchers and garbage. */
    public static final int SHARE_OF_MEMORY = 3;

    private TaskStatusesProducer() {}

    @Produces
    @Singleton
    static Lookups lookups(
            RodinClient rodin,
            FreshnessConfig freshness,
            StalenessConfig staleness,
            CacheConfig cache,
            WatchersConfig watchers,
            Scheduler scheduler,
            @Identifier("shared") Instance<CheckCoordinator> shared,
            MeterRegistry meters) {
        InstantSource clock = InstantSource.system();
        return assemble(
                rodin::check,
                shared.isResolvable() ? shared.get() : new LocalChecks(clock),
                rodin::refreshesPerSecond,
                new Settings(freshness, staleness.staleFor(), cache.maximumSize(), PATIENCE, watchers.maximum()),
                new Time(
                        clock,
                        Ticker.systemTicker(),
                        scheduler,
                        Infrastructure.getDefaultExecutor(),
                        () -> ThreadLocalRandom.current().nextDouble()),
                meters);
    }

    /**
     * Assembles them at startup rather than with the first look-up: alerts need the metrics to exist before the first
     * event.
     */
    static void assembleAtStart(@Observes StartupEvent start, Lookups lookups) {}

    @Produces
    @Singleton
    static TaskStatuses statuses(Lookups lookups) {
        return lookups.statuses();
    }

    @Produces
    @Singleton
    static TaskWatches watches(Lookups lookups) {
        return lookups.watches();
    }

    @Produces
    @Singleton
    static LongPoll longPoll(Lookups lookups) {
        return lookups.longPoll();
    }

    @Produces
    @Singleton
    static CacheUpdates updates(Lookups lookups) {
        return lookups.updates();
    }

    /** Assembles the objects for a single process without replicas. */
    static Lookups assemble(
            StatusSource rodin, DoubleSupplier refreshesPerSecond, Settings settings, Time time, MeterRegistry meters) {
        return assemble(rodin, new LocalChecks(time.clock()), refreshesPerSecond, settings, time, meters);
    }

    /** Assembles the objects that look-ups are made of. */
    static Lookups assemble(
            StatusSource rodin,
            CheckCoordinator coordinator,
            DoubleSupplier refreshesPerSecond,
            Settings settings,
            Time time,
            MeterRegistry meters) {
        Ticker ticker = time.ticker();
        int size = settings.maximumSize();
        LiveTasks live = new LiveTasks(size, refreshesPerSecond, coordinator::liveTasks, ticker);
        FreshnessPolicy lifetimes = new FreshnessPolicy(settings.freshness(), live::fairShare);
        StatusCache lastKnown = new StatusCache(size, Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY, ticker);
        Backoff backoff = new Backoff(size, ticker, time.random());
        OutcomeRecorder recorder = new OutcomeRecorder(lastKnown, lifetimes, backoff, settings.staleFor(), ticker);
        Checker checker = new Checker(rodin, coordinator, recorder, lastKnown, lifetimes, ticker);
        InFlightChecks checks = new InFlightChecks(size, checker::check, ticker);
        gauge(meters, "gateway.live.tasks", "Live tasks that were requested recently", live::count);
        gauge(
                meters,
                "gateway.live.lifetime.seconds",
                "How long the status of a generating task counts as fresh",
                () -> lifetimes.generating().toMillis() / 1000.0);
        CheckedLookups checked = new CheckedLookups(checks, lastKnown, live, lifetimes, settings.patience(), ticker);
        LookupMetrics metrics = new LookupMetrics(meters);
        TaskStatuses statuses = new TaskStatuses(lastKnown, checks, live, lifetimes, checked, ticker, metrics);
        TaskWatches watches =
                new TaskWatches(statuses, time.scheduler(), time.executor(), settings.maximumWatchers(), metrics);
        gauge(meters, "gateway.watchers", "Long polls and streams that wait for a change", watches::watchers);
        gauge(meters, "gateway.watched.tasks", "Tasks that are watched", watches::tasks);
        CacheUpdates updates = new CacheUpdates(lastKnown, checks, recorder, live, watches, coordinator);
        coordinator.follow(updates);
        return new Lookups(statuses, watches, new LongPoll(statuses, watches, ticker, metrics), updates);
    }

    private static void gauge(MeterRegistry meters, String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(meters);
    }

    /** Values of the settings. */
    public record Settings(
            FreshnessConfig freshness, Duration staleFor, int maximumSize, Duration patience, int maximumWatchers) {}

    /**
     * Clocks, and the executors of scheduled work.
     *
     * @param random a number from 0 up to 1, for the jitter of delays
     */
    record Time(InstantSource clock, Ticker ticker, Scheduler scheduler, Executor executor, DoubleSupplier random) {}

    /** The assembled objects: single look-ups, watches, long polls, and updates of the cache from outside. */
    record Lookups(TaskStatuses statuses, TaskWatches watches, LongPoll longPoll, CacheUpdates updates) {}
}
