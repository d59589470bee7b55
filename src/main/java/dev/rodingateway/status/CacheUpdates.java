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

/**
 * Applies changes that do not come from a check of this process: results of other replicas, and removals by operators.
 */
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

    /** Removes a task from the caches of all replicas; fails if the other replicas may not have been reached. */
    public Uni<Void> remove(TaskKey key) {
        return Uni.createFrom().deferred(() -> {
            purge(key);
            return coordinator.purge(key);
        });
    }

    @Override
    public void found(TaskKey key, SharedResult result) {
        if (result instanceof SharedResult.Status status) {
            foundStatus(key, status);
        } else {
            foundFailure(key, (SharedResult.Failed) result);
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

    private void foundStatus(TaskKey key, SharedResult.Status found) {
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

    /**
     * Failed checks are reported to all replicas, including the one that made the check; its own failure is ignored
     * here.
     */
    private void foundFailure(TaskKey key, SharedResult.Failed found) {
        if (checks.failedToken(key) >= found.token()) {
            return;
        }
        CheckOutcome outcome = recorder.adopt(key, found);
        if (outcome instanceof CheckOutcome.Succeeded) {
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
