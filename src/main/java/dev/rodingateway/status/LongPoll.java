package dev.rodingateway.status;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;

/** Holds an answer back until the task changes. */
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
     * Holds like {@link #hold(TaskKey, Predicate, Duration)} for a caller who does not say what it knows: until the task
     * differs from what was known of it at the subscription, before any check. A check that merely confirms an expired
     * answer is no change.
     */
    public Uni<LookupResult> hold(TaskKey key, Duration wait) {
        return Uni.createFrom().deferred(() -> {
            LookupResult before = statuses.known(key);
            return hold(key, answer -> before == null || isSameStatus(before, answer), wait);
        });
    }

    /**
     * Returns where the task stands as soon as that differs from what the caller knows, or when the time is up or the
     * gateway stops, whatever the caller knows then. The time counts from the subscription, checks included; only while
     * nothing is known of the task is its first check waited for. A terminal status will not change, so it is returned at
     * once. Counts as one look-up.
     *
     * @param isKnown whether the caller has this answer, so that it may be held back
     * @param wait how long it may be held back at the most, longer than an expired answer's check is waited for
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
