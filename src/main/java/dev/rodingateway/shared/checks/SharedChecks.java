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
import dev.rodingateway.status.Finding;
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
 * Coordinates checks with other replicas through the shared store: one check per task at a time, whose result all of them
 * adopt. While the store is unavailable every check that is due is made here.
 */
@Singleton
@Identifier("shared")
@LookupUnlessProperty(name = "gateway.redis.url", stringValue = "", lookupIfMissing = false)
public final class SharedChecks implements CheckCoordinator {

    /**
     * How long another replica's check is waited for before the store is asked again: so a store that has failed meanwhile
     * delays nobody for longer, nor does a log entry that was lost.
     */
    static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(250);

    /** How much longer than the first lease all leases together are waited for. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** How long a task rests whose check by other replicas came to nothing for too long. */
    private static final Duration REST = Duration.ofMillis(500);

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
     * @param ticker measures how long other replicas are waited for
     * @param executor runs what takes longer than the thread of the log should be blocked
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
            CompletableFuture<LogEntry> end = waiters.add(attempt.task()); // first, or its end might be missed
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

    /** The same attempt again returns its lease. A token as high as that of a check that begins now finds nothing newer. */
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
        Finding found = Findings.of(outcome);
        adoption.apply(attempt.task(), outcome);
        return Uni.createFrom().item(found == null ? proceedAlone(attempt.task()) : new Decision.Adopt(found));
    }

    private Uni<Decision> await(Attempt attempt, Duration atMost, CompletableFuture<LogEntry> end) {
        if (ticker.read() > attempt.giveUpAt()) {
            LookupFailure timeout = LookupFailure.of(Kind.UPSTREAM_TIMEOUT);
            return Uni.createFrom().item(new Decision.Adopt(new Finding.Failed(timeout, 0, REST)));
        }
        return Uni.createFrom()
                .completionStage(end)
                .ifNoItem()
                .after(pause(atMost))
                .recoverWithUni(Uni.createFrom().nullItem())
                .chain(entry -> {
                    Finding found = entry instanceof LogEntry.Changed changed ? Findings.of(changed.outcome()) : null;
                    return found != null && found.token() > attempt.known().value()
                            ? Uni.createFrom().item(new Decision.Adopt(found))
                            : begin(attempt);
                });
    }

    /** The least that a timer takes is 1 ms. */
    private static Duration pause(Duration atMost) {
        Duration shorter = atMost.compareTo(ASK_AGAIN_AFTER) < 0 ? atMost : ASK_AGAIN_AFTER;
        return shorter.toMillis() < 1 ? Duration.ofMillis(1) : shorter;
    }

    private Decision proceedAlone(TaskHash task) {
        return new Decision.Proceed(new UnsharedLease(task, store, tasks));
    }

    /**
     * A check that is due here.
     *
     * @param known the token of what is cached
     * @param giveUpAt when it is no longer waited for what other replicas find, on the ticker
     */
    private record Attempt(TaskHash task, RequestClass requestClass, FencingToken known, long giveUpAt) {

        Attempt until(long nanos) {
            return giveUpAt == Long.MAX_VALUE ? new Attempt(task, requestClass, known, nanos) : this;
        }
    }
}
