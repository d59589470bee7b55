package dev.rodingateway.shared.checks;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.shared.Begin;
import dev.rodingateway.shared.FencingToken;
import dev.rodingateway.shared.LogEntry;
import dev.rodingateway.shared.SharedOutcome;
import dev.rodingateway.shared.SharedStore;
import dev.rodingateway.shared.StoreUnavailable;
import dev.rodingateway.shared.TaskHash;
import dev.rodingateway.status.CheckCoordinator;
import dev.rodingateway.status.SharedResult;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import io.quarkus.arc.lookup.LookupUnlessProperty;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * Coordinates checks with other replicas through the shared store: one check per task at a time, whose result all of
 * them adopt. While the store is unavailable, each replica makes the checks that are due there.
 */
@Singleton
@Identifier("shared")
@LookupUnlessProperty(name = "gateway.redis.url", stringValue = "", lookupIfMissing = false)
public final class SharedChecks implements CheckCoordinator {

    /**
     * How long to wait for another replica's check before calling the store again; bounds the delay that a failed store
     * or a lost log entry causes.
     */
    static final Duration RETRY_INTERVAL = Duration.ofMillis(250);

    /** How much longer than the first lease to wait for all other replicas' checks of the task together. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** The delay before the next check of a task after waiting for other replicas' checks without a result. */
    private static final Duration RECHECK_DELAY = Duration.ofMillis(500);

    private static final Logger LOG = Logger.getLogger(SharedChecks.class);

    private final SharedStore store;
    private final KnownTasks tasks = new KnownTasks();
    private final Waiters waiters = new Waiters();
    private final UnfinishedCalls unfinished = new UnfinishedCalls();
    private final TryIds tryIds = new TryIds();
    private final Adoption adoption;
    private final Ticker ticker;
    private final Executor executor;

    @Inject
    SharedChecks(SharedStore store) {
        this(store, Ticker.systemTicker(), Infrastructure.getDefaultExecutor());
    }

    /**
     * Creates a coordinator.
     *
     * @param ticker measures how long to wait for other replicas
     * @param executor runs work that would block the thread of the log for too long
     */
    public SharedChecks(SharedStore store, Ticker ticker, Executor executor) {
        this.store = store;
        this.adoption = new Adoption(tasks);
        this.ticker = ticker;
        this.executor = executor;
    }

    @Override
    public Uni<Decision> begin(TaskKey key, RequestClass requestClass, long knownToken) {
        return Uni.createFrom().deferred(() -> {
            Attempt attempt = new Attempt(tasks.add(key), requestClass, new FencingToken(knownToken), Long.MAX_VALUE);
            return begin(attempt)
                    .onFailure(failure -> !(failure instanceof StoreUnavailable))
                    .invoke(failure -> LOG.error("A check could not be coordinated with other replicas", failure))
                    .onFailure()
                    .recoverWithItem(() -> proceedAlone(attempt.task()));
        });
    }

    @Override
    public long liveTasks(long here) {
        return store.isAvailable() ? Math.max(here, store.liveTasks()) : here;
    }

    @Override
    public Uni<Void> purge(TaskKey key) {
        return store.purge(TaskHash.of(key));
    }

    @Override
    public void follow(Follower follower) {
        adoption.follow(follower);
        store.follow(new LogFollower(
                adoption, waiters, new Resynchronisation(store, tasks, adoption, unfinished), executor));
    }

    private Uni<Decision> begin(Attempt attempt) {
        return Uni.createFrom().deferred(() -> {
            // Before the call, because the end of the check might be missed otherwise.
            CompletableFuture<LogEntry> end = waiters.add(attempt.task());
            return tryToBegin(attempt)
                    .chain(begin -> decide(attempt, begin, end))
                    .onTermination()
                    .invoke(() -> waiters.remove(attempt.task(), end));
        });
    }

    private Uni<Begin> tryToBegin(Attempt attempt) {
        String tryId = tryIds.next();
        boolean isSent = store.isAvailable();
        return store.begin(attempt.task(), attempt.requestClass(), tryId, attempt.known())
                .onFailure(failure -> isSent)
                .invoke(() -> unfinished.add(giveUp(attempt, tryId)));
    }

    /**
     * Repeating the attempt with the same id returns its lease. The known token is higher than any in the store, so
     * that the call does not return a newer outcome.
     */
    private Uni<Void> giveUp(Attempt attempt, String tryId) {
        return Uni.createFrom()
                .deferred(() -> store.begin(attempt.task(), attempt.requestClass(), tryId, store.localToken()))
                .chain(begin -> begin instanceof Begin.Go go
                        ? store.release(go.lease())
                        : Uni.createFrom().voidItem());
    }

    private Uni<Decision> decide(Attempt attempt, Begin begin, CompletableFuture<LogEntry> end) {
        if (begin instanceof Begin.Go go) {
            return Uni.createFrom()
                    .item(new Decision.Proceed(new SharedLease(go.lease(), store, adoption, unfinished, ticker)));
        }
        if (begin instanceof Begin.Wait wait) {
            return await(attempt.until(ticker.read() + wait.atMost().plus(GRACE).toNanos()), wait.atMost(), end);
        }
        SharedOutcome outcome = ((Begin.Adopt) begin).outcome();
        SharedResult found = SharedResults.of(outcome);
        adoption.apply(attempt.task(), outcome);
        return Uni.createFrom().item(found == null ? proceedAlone(attempt.task()) : new Decision.Adopt(found));
    }

    private Uni<Decision> await(Attempt attempt, Duration atMost, CompletableFuture<LogEntry> end) {
        if (ticker.read() > attempt.giveUpAt()) {
            LookupFailure timeout = LookupFailure.of(Kind.UPSTREAM_TIMEOUT);
            return Uni.createFrom().item(new Decision.Adopt(new SharedResult.Failed(timeout, 0, RECHECK_DELAY)));
        }
        return Uni.createFrom()
                .completionStage(end)
                .ifNoItem()
                .after(pause(atMost))
                .recoverWithUni(Uni.createFrom().nullItem())
                .chain(entry -> {
                    SharedResult found =
                            entry instanceof LogEntry.Changed changed ? SharedResults.of(changed.outcome()) : null;
                    return found != null && found.token() > attempt.known().value()
                            ? Uni.createFrom().item(new Decision.Adopt(found))
                            : begin(attempt);
                });
    }

    /** At least 1 ms, the minimum of a timer. */
    private static Duration pause(Duration atMost) {
        Duration shorter = atMost.compareTo(RETRY_INTERVAL) < 0 ? atMost : RETRY_INTERVAL;
        return shorter.toMillis() < 1 ? Duration.ofMillis(1) : shorter;
    }

    private Decision proceedAlone(TaskHash task) {
        return new Decision.Proceed(new UnsharedLease(task, store, tasks));
    }

    /**
     * A check that is due here.
     *
     * @param known the token of the cached snapshot
     * @param giveUpAt when to stop waiting for other replicas' checks, on the ticker
     */
    private record Attempt(TaskHash task, RequestClass requestClass, FencingToken known, long giveUpAt) {

        Attempt until(long nanos) {
            return giveUpAt == Long.MAX_VALUE ? new Attempt(task, requestClass, known, nanos) : this;
        }
    }
}
