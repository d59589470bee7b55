package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Knows where tasks stand while asking Rodin as seldom as it can:
 *
 * <ol>
 *   <li>At most one check per key is under way, however many callers wait for it.
 *   <li>An answer is kept for the lifetime of its state; within it Rodin is not asked.
 *   <li>"No such task" is kept for a short lifetime of its own; no other failure is kept.
 *   <li>A caller that goes away cancels nothing for the others.
 *   <li>No more than a set number of tasks is kept.
 * </ol>
 */
public final class TaskStatuses {

    private final Function<TaskKey, Uni<TaskStatus>> rodin;
    private final Lifetimes lifetimes;
    private final InstantSource clock;
    private final AsyncCache<TaskKey, Outcome> outcomes;

    /**
     * @param rodin asks where a task stands; ends in a status or a {@link LookupFailure}
     * @param clock tells when an answer was given
     * @param ticker measures how old it is
     */
    TaskStatuses(
            Function<TaskKey, Uni<TaskStatus>> rodin,
            FreshnessConfig freshness,
            CacheConfig cache,
            InstantSource clock,
            Ticker ticker) {
        this.rodin = rodin;
        this.lifetimes = new Lifetimes(freshness);
        this.clock = clock;
        this.outcomes = Caffeine.newBuilder()
                .maximumSize(cache.maximumSize())
                .expireAfter(Expiry.<TaskKey, Outcome>writing((key, outcome) -> keptFor(outcome)))
                .ticker(ticker)
                .recordStats()
                .buildAsync();
    }

    /** Returns where the task stands, from what is kept or from Rodin; fails with a {@link LookupFailure}. */
    public Uni<Answer> lookUp(TaskKey key) {
        return Uni.createFrom().deferred(() -> {
            AtomicBoolean asked = new AtomicBoolean();
            CompletableFuture<Outcome> outcome = outcomes.get(key, (unknown, executor) -> {
                asked.set(true);
                return check(unknown);
            });
            Answer.Source source = sourceOf(asked.get(), outcome.isDone());
            return Uni.createFrom().completionStage(outcome.copy()).map(found -> answer(found, source));
        });
    }

    /** Returns about how many tasks are kept. */
    long size() {
        outcomes.synchronous().cleanUp();
        return outcomes.synchronous().estimatedSize();
    }

    private CompletableFuture<Outcome> check(TaskKey key) {
        return rodin.apply(key)
                .<Outcome>map(status ->
                        new Outcome.Known(new Snapshot(status, clock.instant().truncatedTo(ChronoUnit.MILLIS))))
                .onFailure(LookupFailure.class)
                .recoverWithItem(failure -> new Outcome.Failed(failure))
                .subscribeAsCompletionStage();
    }

    private Answer answer(Outcome outcome, Answer.Source source) {
        if (outcome instanceof Outcome.Known known) {
            return new Answer(known.snapshot(), lifetimes.of(known.snapshot().status()), source);
        }
        throw ((Outcome.Failed) outcome).failure();
    }

    private Duration keptFor(Outcome outcome) {
        if (outcome instanceof Outcome.Known known) {
            return lifetimes.of(known.snapshot().status());
        }
        return ((Outcome.Failed) outcome).failure().kind() == LookupFailure.Kind.TASK_NOT_FOUND
                ? lifetimes.notFound()
                : Duration.ZERO;
    }

    private static Answer.Source sourceOf(boolean asked, boolean done) {
        if (asked) {
            return Answer.Source.MISS;
        }
        return done ? Answer.Source.HIT : Answer.Source.COLLAPSED;
    }
}
