package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;

/** Delays the result of a look-up until the status of the task changes. */
public final class LongPoll {

    private final TaskStatuses statuses;
    private final TaskWatches watches;
    private final Ticker ticker;
    private final LookupMetrics metrics;

    LongPoll(TaskStatuses statuses, TaskWatches watches, Ticker ticker, LookupMetrics metrics) {
        this.statuses = statuses;
        this.watches = watches;
        this.ticker = ticker;
        this.metrics = metrics;
    }

    /**
     * Holds like {@link #hold(TaskKey, Predicate, Duration)} for a caller that sent no entity tag: until the status
     * differs from the one cached at subscription, before any check. A check that merely confirms an expired status is
     * no change.
     */
    public Uni<LookupResult> hold(TaskKey key, Duration wait) {
        return Uni.createFrom().deferred(() -> {
            LookupResult before = statuses.known(key);
            return hold(key, answer -> before == null || isSameStatus(before, answer), wait);
        });
    }

    /**
     * Returns the status as soon as it differs from what the caller has, and in any case when the time is up or the
     * gateway shuts down. The time counts from the subscription and includes checks; only the first check of a task
     * without a cached status may exceed it. A terminal status is returned immediately. Counts as one look-up.
     *
     * @param isKnown whether the caller has this result already
     * @param wait the longest delay of the result; longer than a look-up waits for the check of an expired status
     */
    public Uni<LookupResult> hold(TaskKey key, Predicate<LookupResult> isKnown, Duration wait) {
        return metrics.count(Uni.createFrom().deferred(() -> {
            long arrived = ticker.read();
            return statuses.find(key).chain(answer -> {
                Duration left = wait.minusNanos(ticker.read() - arrived);
                boolean changes = !answer.snapshot().status().terminal();
                return changes && left.toMillis() > 0 && isKnown.test(answer)
                        ? change(key, answer, left)
                        : Uni.createFrom().item(answer);
            });
        }));
    }

    private static boolean isSameStatus(LookupResult before, LookupResult now) {
        return before.snapshot().status().equals(now.snapshot().status());
    }

    private Uni<LookupResult> change(TaskKey key, LookupResult known, Duration left) {
        return watches.uncounted(key)
                .filter(answer -> answer.differsFrom(known))
                .toUni()
                .ifNoItem()
                .after(left)
                .recoverWithUni(() -> Uni.createFrom().nullItem())
                .onItem()
                .ifNull()
                .continueWith(() -> Objects.requireNonNullElse(statuses.known(key), known));
    }
}
