package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.Purpose;
import dev.rodingateway.status.Answer.Source;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** Keeps up to date what is known of a watched task: as a look-up does, but it waits for a check that begins early. */
final class Upkeep {

    /** When to look again at a task whose check is late or has failed. */
    private static final Duration SOON = Duration.ofMillis(500);

    /** When to look again at the latest: lifetimes shrink when other tasks are no longer asked for. */
    private static final Duration LATEST = Duration.ofSeconds(5);

    private final TaskStatuses statuses;
    private final LastKnown lastKnown;
    private final Checks checks;
    private final LiveTasks live;
    private final Lifetimes lifetimes;
    private final Duration patience;
    private final Ticker ticker;

    Upkeep(
            TaskStatuses statuses,
            LastKnown lastKnown,
            Checks checks,
            LiveTasks live,
            Lifetimes lifetimes,
            Duration patience,
            Ticker ticker) {
        this.statuses = statuses;
        this.lastKnown = lastKnown;
        this.checks = checks;
        this.live = live;
        this.lifetimes = lifetimes;
        this.patience = patience;
        this.ticker = ticker;
    }

    /**
     * Returns where the task stands. When it is time for a check, that is what the check finds; or, if it fails or takes
     * longer than the patience past the end of the known answer's life, the last known answer, marked stale once it is.
     *
     * @return fails with a {@link LookupFailure} that is final, or of any kind when nothing is known
     */
    Uni<Answer> next(TaskKey key) {
        return Uni.createFrom().deferred(() -> {
            Kept kept = lastKnown.find(key);
            if (kept == null) {
                return statuses.lookUp(key);
            }
            if (kept.terminal()) {
                return Uni.createFrom().item(answer(kept, Source.HIT));
            }
            live.asked(key);
            long now = ticker.read();
            return lifetimes.worthRefreshing(kept, now)
                    ? checked(key, kept, now)
                    : Uni.createFrom().item(answer(kept, Source.HIT));
        });
    }

    /** Returns when to ask for the next: when a check is due, or soon if one was. */
    Duration untilNext(TaskKey key) {
        Kept kept = lastKnown.find(key);
        Duration due = kept == null ? Duration.ZERO : lifetimes.untilWorthRefreshing(kept, ticker.read());
        if (due.isZero()) {
            return SOON;
        }
        return due.compareTo(LATEST) < 0 ? due : LATEST;
    }

    private Uni<Answer> checked(TaskKey key, Kept kept, long now) {
        Checks.Joined check = checks.join(key, Purpose.REFRESH);
        Source source = check.begun() ? Source.REFRESHED : Source.COALESCED;
        return Uni.createFrom()
                .completionStage(check.outcome().copy())
                .map(outcome -> {
                    if (outcome instanceof Outcome.Told told) {
                        if (told.kept().terminal()) {
                            live.ended(key);
                        }
                        return answer(told.kept(), source);
                    }
                    LookupFailure failure = ((Outcome.Failed) outcome).failure();
                    if (failure.isFinal()) {
                        throw failure;
                    }
                    return answer(kept, lifetimes.hasExpired(kept, ticker.read()) ? Source.STALE : Source.HIT);
                })
                .ifNoItem()
                .after(lifetimes.untilExpired(kept, now).plus(patience))
                .recoverWithItem(() -> answer(kept, Source.STALE));
    }

    private Answer answer(Kept kept, Source source) {
        return new Answer(kept.snapshot(), lifetimes.of(kept.snapshot().status()), source);
    }
}
