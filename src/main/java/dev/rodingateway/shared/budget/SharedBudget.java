package dev.rodingateway.shared.budget;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.shared.redis.StoreCalls;
import dev.rodingateway.shared.script.BudgetLevels;
import dev.rodingateway.shared.script.Reply;
import dev.rodingateway.shared.script.Script;
import dev.rodingateway.shared.script.Tick;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** The budget of permits that all replicas share, and the pause that applies to all of them. Thread-safe. */
public final class SharedBudget {

    /** How long after it is due a permit is still valid. */
    public static final Duration PERMIT_EXPIRY = Duration.ofMillis(700);

    private static final Logger LOG = Logger.getLogger(SharedBudget.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration NOTICEABLE = Duration.ofSeconds(1);

    private final StoreCalls store;
    private final int perMinute;
    private final Ticker ticker;
    private final AtomicInteger unreportedFirsts = new AtomicInteger();
    private final AtomicInteger unreportedRefreshes = new AtomicInteger();
    private final AtomicLong pausedUntil;
    private volatile Report lastReport = new Report(0, 0);
    private volatile BudgetLevels levels;

    /**
     * Creates a budget whose levels are not known yet.
     *
     * @param perMinute the budget configured for this replica; the smallest of all replicas' applies
     */
    public SharedBudget(StoreCalls store, int perMinute, Ticker ticker) {
        this.store = store;
        this.perMinute = perMinute;
        this.ticker = ticker;
        this.pausedUntil = new AtomicLong(ticker.read());
        this.levels = BudgetLevels.unknown(perMinute);
    }

    /** Takes one permit, or returns when to try again. A permit that is not used is lost. */
    public Uni<Permit> permit(RequestClass requestClass, Duration longestWait) {
        return Uni.createFrom().deferred(() -> {
            Report report = takeReport();
            List<String> keys = List.of(
                    store.keys().budget(),
                    store.keys().dueFirst(),
                    store.keys().dueRefresh(),
                    store.keys().window(),
                    store.keys().pause());
            List<String> arguments = List.of(
                    requestClass.name(),
                    Integer.toString(perMinute),
                    Long.toString(TimeUnit.NANOSECONDS.toMicros(longestWait.toNanos())),
                    Long.toString(levels.granted()),
                    Integer.toString(report.firsts()),
                    Integer.toString(report.refreshes()),
                    Double.toString(ThreadLocalRandom.current().nextDouble()));
            return store.call(Script.PERMIT, keys, arguments, this::read)
                    .onFailure()
                    .invoke(() -> giveBack(report));
        });
    }

    /**
     * Grants no permits for this duration, at most 5 minutes, or for the rest of an earlier pause if that is longer.
     */
    public void pause(Duration duration) {
        Duration bounded = duration.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : duration;
        adoptPause(bounded);
        announcePause(bounded);
    }

    /** Returns the rest of the pause, as far as this replica knows; zero if there is none. */
    public Duration paused() {
        return Duration.ofNanos(Math.max(0, pausedUntil.get() - ticker.read()));
    }

    /** Adopts a pause that another replica has announced. */
    public void adoptPause(Duration left) {
        Duration bounded = left.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : left;
        long until = ticker.read() + bounded.toNanos();
        pausedUntil.accumulateAndGet(until, (before, now) -> now - before > 0 ? now : before);
    }

    /** Adopts a pause from the log, in milliseconds; ignores one that cannot be parsed. */
    public void adoptPause(String millis) {
        try {
            adoptPause(Duration.ofMillis(Long.parseLong(millis)));
        } catch (NumberFormatException unreadable) {
            adoptPause(Duration.ZERO);
        }
    }

    /** Counts a permit that was granted without the store, so that the store can charge it. */
    public void grantedLocally(RequestClass requestClass) {
        switch (requestClass) {
            case FIRST -> unreportedFirsts.incrementAndGet();
            case REFRESH -> unreportedRefreshes.incrementAndGet();
        }
    }

    /** Returns the levels of the budget last reported by the store. */
    public BudgetLevels levels() {
        return levels;
    }

    public boolean isAvailable() {
        return store.isAvailable();
    }

    /** Returns the arguments of a heartbeat that concern the budget. */
    public List<String> heartbeatArguments() {
        lastReport = takeReport();
        return List.of(
                Integer.toString(perMinute),
                Long.toString(levels.granted()),
                Integer.toString(lastReport.firsts()),
                Integer.toString(lastReport.refreshes()));
    }

    /**
     * Adopts the reply to a heartbeat. A pause that the store does not know, because it was unavailable, is announced
     * again.
     */
    public void heartbeatReceived(Tick tick) {
        levels = tick.levels();
        Duration known = paused();
        if (known.minus(tick.paused()).compareTo(NOTICEABLE) > 0) {
            announcePause(known);
        }
        adoptPause(tick.paused());
    }

    /** Restores the counts that the last heartbeat failed to report, so that the next one reports them. */
    public void heartbeatFailed() {
        giveBack(lastReport);
        lastReport = new Report(0, 0);
    }

    private void announcePause(Duration duration) {
        List<String> keys =
                List.of(store.keys().pause(), store.keys().log(), store.keys().logPosition());
        List<String> arguments =
                List.of(Long.toString(Math.max(1, duration.toMillis())), store.newEpoch(), store.replica());
        store.call(Script.PAUSE, keys, arguments, reply -> true)
                .subscribe()
                .with(done -> {}, unavailable -> LOG.debug("The pause is announced with the next heartbeat."));
    }

    private Permit read(Reply reply) {
        String result = reply.text(1);
        long value = Math.max(0, reply.number(2));
        levels = BudgetLevels.read(reply, 3);
        return switch (result) {
            case "granted" -> new Permit.Granted(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(value)));
            case "throttled" -> new Permit.Throttled(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(value)));
            case "paused" -> {
                adoptPause(Duration.ofMillis(value));
                yield new Permit.Paused(paused());
            }
            default -> throw new IllegalArgumentException("unknown reply");
        };
    }

    private Report takeReport() {
        return new Report(unreportedFirsts.getAndSet(0), unreportedRefreshes.getAndSet(0));
    }

    private void giveBack(Report report) {
        unreportedFirsts.addAndGet(report.firsts());
        unreportedRefreshes.addAndGet(report.refreshes());
    }

    /** Permits that were granted without the store and are reported to it. */
    private record Report(int firsts, int refreshes) {}
}
