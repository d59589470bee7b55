package dev.rodingateway.status;

import dev.rodingateway.status.cache.LiveTasks;
import dev.rodingateway.status.cache.StatusCache;
import dev.rodingateway.status.check.CheckOutcome;
import dev.rodingateway.status.check.InFlightChecks;
import dev.rodingateway.status.check.OutcomeRecorder;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Changes what is cached without a check made here: what other replicas have found, and what operators remove. */
public final class CacheUpdates implements CheckCoordinator.Follower {

    private final StatusCache cache;
    private final InFlightChecks checks;
    private final OutcomeRecorder recorder;
    private final LiveTasks live;
    private final TaskWatches watches;
    private final CheckCoordinator coordinator;

    CacheUpdates(
            StatusCache cache,
            InFlightChecks checks,
            OutcomeRecorder recorder,
            LiveTasks live,
            TaskWatches watches,
            CheckCoordinator coordinator) {
        this.cache = cache;
        this.checks = checks;
        this.recorder = recorder;
        this.live = live;
        this.watches = watches;
        this.coordinator = coordinator;
    }

    /** Forgets a task here and on all other replicas; fails when that is not certain for the others. */
    public Uni<Void> remove(TaskKey key) {
        return Uni.createFrom().deferred(() -> {
            purge(key);
            return coordinator.purge(key);
        });
    }

    @Override
    public void found(TaskKey key, Finding finding) {
        if (finding instanceof Finding.Status status) {
            foundStatus(key, status);
        } else {
            foundFailure(key, (Finding.Failed) finding);
        }
    }

    @Override
    public CheckCoordinator.@Nullable Known known(TaskKey key) {
        return recorder.cached(key);
    }

    @Override
    public void purge(TaskKey key) {
        recorder.forget(key);
        checks.forget(key);
        watches.changed(key);
    }

    @Override
    public void purgeAll(Predicate<TaskKey> keys) {
        cache.keys().stream().filter(keys).forEach(this::purge);
    }

    private void foundStatus(TaskKey key, Finding.Status found) {
        CheckCoordinator.Known before = recorder.cached(key);
        if (before != null && before.status().token() >= found.token()) {
            return;
        }
        CheckOutcome outcome = recorder.adopt(key, found);
        checks.adopt(key, outcome);
        if (found.status().terminal()) {
            live.ended(key);
        }
        watches.changed(key);
    }

    /** The check of a replica that failed is reported to all, to itself as well. */
    private void foundFailure(TaskKey key, Finding.Failed found) {
        if (checks.failedToken(key) >= found.token()) {
            return;
        }
        CheckOutcome outcome = recorder.adopt(key, found);
        if (outcome instanceof CheckOutcome.Told) {
            return;
        }
        recorder.count(key, found.failure());
        checks.adopt(key, outcome);
        if (found.failure().isFinal()) {
            live.ended(key);
            watches.changed(key);
        }
    }
}
