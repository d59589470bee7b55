package dev.rodingateway.status;

import dev.rodingateway.task.TaskStatus;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A status and when it was checked. */
public final class Snapshot {

    private final TaskStatus status;
    private final Instant checkedAt;
    private final long token;
    private final boolean shared;
    private volatile @Nullable Object written;

    /**
     * Creates the snapshot of a check.
     *
     * @param status the status that Rodin returned
     * @param checkedAt when Rodin returned it
     */
    public Snapshot(TaskStatus status, Instant checkedAt) {
        this(status, checkedAt, 0, false);
    }

    /**
     * Creates the snapshot of a check by one of several replicas.
     *
     * @param token the position of the check in the order of all checks of the task: a later one has a higher token. 0
     *     without replicas
     * @param shared whether another replica made the check
     */
    public Snapshot(TaskStatus status, Instant checkedAt, long token, boolean shared) {
        this.status = status;
        this.checkedAt = checkedAt;
        this.token = token;
        this.shared = shared;
    }

    /** Returns the status that Rodin returned. */
    public TaskStatus status() {
        return status;
    }

    /** Returns when Rodin returned the status. */
    public Instant checkedAt() {
        return checkedAt;
    }

    /**
     * Returns the position of the check in the order of all checks of the task: a later one has a higher token. 0
     * without replicas.
     */
    public long token() {
        return token;
    }

    /** Returns whether another replica made the check. */
    public boolean shared() {
        return shared;
    }

    /**
     * Returns the serialized form of this snapshot, which is created once and stored with it.
     *
     * @param form the type of the serialized form; only one is stored
     * @param writer creates it, always equal for the same snapshot; may be called more than once by concurrent callers
     */
    public <T> T written(Class<T> form, Function<Snapshot, T> writer) {
        Object kept = written;
        if (form.isInstance(kept)) {
            return form.cast(kept);
        }
        T fresh = writer.apply(this);
        written = fresh;
        return fresh;
    }
}
