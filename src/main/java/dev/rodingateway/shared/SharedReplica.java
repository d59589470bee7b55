package dev.rodingateway.shared;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RateLimiter;
import dev.rodingateway.shared.budget.SharedBudget;
import dev.rodingateway.shared.budget.SharedRateLimiter;
import dev.rodingateway.shared.redis.RedisSettings;
import dev.rodingateway.shared.redis.StoreCalls;
import dev.rodingateway.shared.redis.StoreClock;
import dev.rodingateway.shared.redis.StoreLink;
import dev.rodingateway.shared.redis.StoreMetrics;
import dev.rodingateway.shared.redis.StoreSession;
import dev.rodingateway.shared.script.StoreKeys;
import dev.rodingateway.shared.script.Tick;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** This process as one of several replicas: its connection to the shared store and the components that use it. */
final class SharedReplica {

    /** A replica without a heartbeat for this long is no longer counted. */
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(5);

    /** How much longer than a check its lease lasts. */
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(1);

    private final StoreCalls calls;
    private final StoreClock clock;
    private final Membership members;
    private final LogFollowers followers;
    private final SharedBudget budget;
    private final SharedRateLimiter rateLimiter;
    private final SharedStore store;
    private final StoreSession session;

    /**
     * Creates a replica that is not connected yet.
     *
     * @param perMinute the budget of all replicas
     * @param checkTimeout the maximum duration of a check, including the time that it waits for permits
     */
    static SharedReplica create(
            Vertx vertx,
            RedisSettings settings,
            int perMinute,
            Duration checkTimeout,
            MeterRegistry meters,
            Ticker ticker) {
        StoreMetrics metrics = new StoreMetrics(meters);
        StoreClock clock = new StoreClock(InstantSource.system(), ticker);
        StoreLink link = new StoreLink(vertx, settings.timeout(), metrics, clock);
        String id = UUID.randomUUID().toString().substring(0, 13);
        SharedReplica replica = new SharedReplica(
                vertx,
                settings,
                new StoreCalls(link, new StoreKeys(settings.namespace()), id),
                new Membership(settings.expectedReplicas()),
                new LogFollowers(clock, metrics, id),
                clock,
                perMinute,
                checkTimeout,
                ticker);
        metrics.register(
                link::isAvailable, replica.members::replicas, replica.members::liveTasks, replica.session::logLag);
        return replica;
    }

    private SharedReplica(
            Vertx vertx,
            RedisSettings settings,
            StoreCalls calls,
            Membership members,
            LogFollowers followers,
            StoreClock clock,
            int perMinute,
            Duration checkTimeout,
            Ticker ticker) {
        this.calls = calls;
        this.clock = clock;
        this.members = members;
        this.followers = followers;
        this.budget = new SharedBudget(calls, perMinute, ticker);
        this.rateLimiter = new SharedRateLimiter(budget, members::replicas, perMinute, ticker);
        this.store = new SharedStore(calls, clock, followers, members, checkTimeout.plus(LEASE_MARGIN));
        this.session = new StoreSession(
                vertx,
                settings,
                calls.link(),
                new StoreSession.Events(
                        () -> heartbeat(TIME_TO_LIVE),
                        this::heartbeatReceived,
                        budget::heartbeatFailed,
                        rateLimiter::storeLost,
                        this::logged,
                        followers::resynchronise));
    }

    void start() {
        session.start();
    }

    /** Disconnects, after which the other replicas share the budget without this one. */
    void stop() {
        session.stop(heartbeat(Duration.ZERO));
    }

    SharedStore store() {
        return store;
    }

    RateLimiter rateLimiter() {
        return rateLimiter;
    }

    SharedBudget budget() {
        return budget;
    }

    private List<String> heartbeat(Duration timeToLive) {
        List<String> ofMember = List.of(
                calls.replica(), Long.toString(timeToLive.toMillis()), members.liveTimeMillis(), calls.newEpoch());
        return Stream.of(ofMember, budget.heartbeatArguments(), List.of(Long.toString(clock.highestToken())))
                .flatMap(List::stream)
                .toList();
    }

    private void heartbeatReceived(Tick tick) {
        members.heartbeatReceived(tick);
        budget.heartbeatReceived(tick);
    }

    private void logged(Map<String, String> fields) {
        if ("Z".equals(fields.get("k"))) {
            budget.adoptPause(fields.getOrDefault("l", "0"));
        } else {
            followers.accept(fields, store::fetch);
        }
    }
}
