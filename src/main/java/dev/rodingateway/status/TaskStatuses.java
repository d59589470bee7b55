package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.Purpose;
import dev.rodingateway.status.Answer.Source;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Knows where tasks stand while asking Rodin as seldom as honesty allows. At most one check per key is under way,
 * however many callers wait for it, and whatever becomes of them.
 *
 * <ol>
 *   <li>A fresh answer is served at once.
 *   <li>A check begins beside it early enough to end in the last fifth of its life if it takes as long as the one
 *       before, so that a key in demand makes nobody wait.
 *   <li>When it has expired the caller waits for the check, but while something is known no longer than the patience:
 *       then the last known answer is served, marked stale, and the check goes on.
 *   <li>When the check fails, the last known answer is served, marked stale, while it may be; else the failure.
 *   <li>A terminal answer is not checked again while it is kept, nor replaced by a live one.
 *   <li>"No such task" is kept for a short lifetime of its own. After any other failure the key is left alone for a
 *       while that grows; meanwhile the last known answer or the same failure is served.
 * </ol>
 */
public final class TaskStatuses {

    private final LastKnown lastKnown;
    private final Checks checks;
    private final LiveTasks live;
    private final Lifetimes lifetimes;
    private final Duration patience;
    private final Ticker ticker;
    private final LookupMetrics metrics;

    TaskStatuses(
            LastKnown lastKnown,
            Checks checks,
            LiveTasks live,
            Lifetimes lifetimes,
            Duration patience,
            Ticker ticker,
            LookupMetrics metrics) {
        this.lastKnown = lastKnown;
        this.checks = checks;
        this.live = live;
        this.lifetimes = lifetimes;
        this.patience = patience;
        this.ticker = ticker;
        this.metrics = metrics;
    }

    /** Returns where the task stands, from what is kept or from Rodin; fails with a {@link LookupFailure}. */
    public Uni<Answer> lookUp(TaskKey key) {
        return Uni.createFrom().deferred(() -> {
            Kept kept = lastKnown.find(key);
            if (kept == null) {
                return first(key);
            }
            Answer fresh = fresh(key, kept);
            return fresh == null ? expired(key, kept) : Uni.createFrom().item(fresh);
        });
    }

    /** Returns where the task stands if that is known and fresh, as a look-up would; otherwise null, and asks nobody. */
    public @Nullable Answer fresh(TaskKey key) {
        Kept kept = lastKnown.find(key);
        return kept == null ? null : fresh(key, kept);
    }

    /** Returns about how many tasks are kept. */
    long size() {
        return lastKnown.size();
    }

    private @Nullable Answer fresh(TaskKey key, Kept kept) {
        if (!kept.terminal()) {
            live.asked(key);
            long now = ticker.read();
            if (lifetimes.hasExpired(kept, now)) {
                return null;
            }
            if (lifetimes.worthRefreshing(kept, now)) {
                Checks.Joined unused = checks.join(key, Purpose.REFRESH);
            }
        }
        return answerOf(kept, Source.HIT);
    }

    private Uni<Answer> first(TaskKey key) {
        Checks.Joined check = checks.join(key, Purpose.FIRST);
        boolean kept = check.outcome().isDone() && !check.begun();
        Source source = check.begun() ? Source.MISS : Source.COALESCED;
        return wait(check)
                .map(outcome -> {
                    if (outcome instanceof Outcome.Told told) {
                        if (!told.kept().terminal()) {
                            live.asked(key);
                        }
                        return answerOf(told.kept(), source);
                    }
                    throw ((Outcome.Failed) outcome).failure();
                })
                .onFailure()
                .invoke(failure -> metrics.failed(failure, kept));
    }

    private Uni<Answer> expired(TaskKey key, Kept kept) {
        Checks.Joined check = checks.join(key, Purpose.REFRESH);
        Source source = check.begun() ? Source.REFRESHED : Source.COALESCED;
        return wait(check)
                .map(outcome -> {
                    if (outcome instanceof Outcome.Told told) {
                        if (told.kept().terminal()) {
                            live.ended(key);
                        }
                        return answerOf(told.kept(), source);
                    }
                    LookupFailure failure = ((Outcome.Failed) outcome).failure();
                    if (failure.isFinal()) {
                        throw failure;
                    }
                    return answerOf(kept, Source.STALE);
                })
                .ifNoItem()
                .after(patience)
                .recoverWithItem(() -> answerOf(kept, Source.STALE))
                .onFailure()
                .invoke(failure -> metrics.failed(failure, false));
    }

    /** Waits for a check; a caller who goes away cancels nothing for the others. */
    private static Uni<Outcome> wait(Checks.Joined check) {
        return Uni.createFrom().completionStage(check.outcome().copy());
    }

    private Answer answerOf(Kept kept, Source source) {
        metrics.answered(source);
        return new Answer(kept.snapshot(), lifetimes.of(kept.snapshot().status()), source);
    }
}
