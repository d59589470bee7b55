package dev.rodingateway.shared.checks;

import dev.rodingateway.shared.SharedOutcome;
import dev.rodingateway.shared.TaskHash;
import dev.rodingateway.status.CheckCoordinator.Follower;
import dev.rodingateway.status.CheckCoordinator.Known;
import dev.rodingateway.status.Finding;
import dev.rodingateway.task.TaskKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Passes on to the cache of this replica what others have found, for the tasks that it knows. */
final class Adoption {

    private final KnownTasks tasks;
    private volatile @Nullable Follower follower;

    Adoption(KnownTasks tasks) {
        this.tasks = tasks;
    }

    /** Sets who is notified; before anything else is called. */
    void follow(Follower newFollower) {
        follower = newFollower;
    }

    /** Adopts what the store holds of a task, if that is newer than what is known here. */
    void apply(TaskHash task, SharedOutcome outcome) {
        TaskKey key = tasks.find(task);
        Finding finding = Findings.of(outcome);
        if (key != null && finding != null) {
            follower().found(key, finding);
        }
    }

    /** Returns what is known here of a task. */
    @Nullable
    Known known(TaskHash task) {
        TaskKey key = tasks.find(task);
        return key == null ? null : follower().known(key);
    }

    /** Takes note that the store does not hold what was found here. */
    void setUnshared(TaskHash task) {
        tasks.setUnshared(task);
    }

    /** Forgets a task. Takes long where its key is not at hand: the hashes of all that are cached are compared. */
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
