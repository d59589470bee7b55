package dev.rodingateway.shared.checks;

import dev.rodingateway.shared.SharedOutcome;
import dev.rodingateway.shared.TaskHash;
import dev.rodingateway.status.CheckCoordinator.Follower;
import dev.rodingateway.status.CheckCoordinator.Known;
import dev.rodingateway.status.SharedResult;
import dev.rodingateway.task.TaskKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Passes the results of other replicas on to the cache of this replica, for the tasks that it knows. */
final class Adoption {

    private final KnownTasks tasks;
    private volatile @Nullable Follower follower;

    Adoption(KnownTasks tasks) {
        this.tasks = tasks;
    }

    /** Sets the receiver of the results; to be called before any other method. */
    void follow(Follower newFollower) {
        follower = newFollower;
    }

    /** Adopts what the store holds of a task if that is newer than what is cached here. */
    void apply(TaskHash task, SharedOutcome outcome) {
        TaskKey key = tasks.find(task);
        SharedResult result = SharedResults.of(outcome);
        if (key != null && result != null) {
            follower().found(key, result);
        }
    }

    /** Returns what is cached here of a task. */
    @Nullable
    Known known(TaskHash task) {
        TaskKey key = tasks.find(task);
        return key == null ? null : follower().known(key);
    }

    /** Marks a task whose latest status, checked here, the store does not hold. */
    void setUnshared(TaskHash task) {
        tasks.setUnshared(task);
    }

    /**
     * Removes a task from the cache. Takes long if its key is not known: then the hashes of all cached keys are
     * compared.
     */
    void purge(TaskHash task) {
        boolean unused = tasks.takeUnshared(task);
        TaskKey key = tasks.find(task);
        if (key != null) {
            follower().purge(key);
        } else {
            follower().purgeAll(cached -> TaskHash.of(cached).equals(task));
        }
    }

    private Follower follower() {
        return Objects.requireNonNull(follower);
    }
}
