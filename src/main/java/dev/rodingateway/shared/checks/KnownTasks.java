package dev.rodingateway.shared.checks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.rodingateway.shared.TaskHash;
import dev.rodingateway.task.TaskKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that were recently requested from this replica, by their hashes: the store and its log do not contain keys.
 * Log entries of other tasks are ignored.
 */
final class KnownTasks {

    private static final int MAXIMUM = 100_000;

    /** Longer than a status counts as fresh, however many tasks share the budget. */
    private static final Duration KEPT_FOR = Duration.ofHours(1);

    private final Cache<TaskHash, TaskKey> keys = Caffeine.newBuilder()
            .maximumSize(MAXIMUM)
            .expireAfter(Expiry.<TaskHash, TaskKey>accessing((task, key) -> KEPT_FOR))
            .executor(Runnable::run)
            // This combination is one whose classes Quarkus registers in native executables.
            .recordStats()
            .build();

    /** Tasks with a status that was checked while the store was unavailable. */
    private final Set<TaskHash> unshared = ConcurrentHashMap.newKeySet();

    /** Adds a task and returns its hash. */
    TaskHash add(TaskKey key) {
        TaskHash task = TaskHash.of(key);
        keys.put(task, key);
        return task;
    }

    @Nullable
    TaskKey find(TaskHash task) {
        return keys.getIfPresent(task);
    }

    List<TaskHash> all() {
        return List.copyOf(keys.asMap().keySet());
    }

    /** Marks a task whose latest status, checked here, the store does not hold. */
    void setUnshared(TaskHash task) {
        if (unshared.size() < MAXIMUM) {
            unshared.add(task);
        }
    }

    /**
     * Returns whether the task is marked, and removes the mark: the caller is about to write its status to the store.
     */
    boolean takeUnshared(TaskHash task) {
        return unshared.remove(task);
    }
}
