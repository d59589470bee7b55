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
     * @param status what Rodin said
     * @param checkedAt when it said so
     */
    public Snapshot(TaskStatus status, Instant checkedAt) {
        this(status, checkedAt, 0, false);
    }

    /**
     * Creates the snapshot of a check that is one of several replicas'.
     *
     * @param token orders the checks of a task: a later one has a higher token. 0 without replicas
     * @param shared whether another replica made the check
     */
    public Snapshot(TaskStatus status, Instant checkedAt, long token, boolean shared) {
        this.status = status;
        this.checkedAt = checkedAt;
        this.token = token;
        this.shared = shared;
    }

    /** Returns what Rodin said. */
    public TaskStatus status() {
        return status;
    }

    /** Returns when Rodin said so. */
    public Instant checkedAt() {
        return checkedAt;
    }

    /** Returns what orders the checks of the task: a later one has a higher token. 0 without replicas. */
    public long token() {
        return token;
    }

    /** Returns whether another replica made the check. */
    public boolean shared() {
        return shared;
    }

    /**
     * Returns this snapshot as it is written for callers, written once and kept with it.
     *
     * @param form what it is written as; only one form is kept
     * @param writer writes it, always the same for the same snapshot; may be called again by callers at the same time
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
