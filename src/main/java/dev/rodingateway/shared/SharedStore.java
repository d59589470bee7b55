package dev.rodingateway.shared;

import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.task.LookupFailure;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the replicas share, in Redis or Valkey. Every {@link Uni} makes one call each time it is subscribed to, and fails
 * with {@link StoreUnavailable} and nothing else: at once while the store is known to be unavailable, otherwise within
 * {@code GATEWAY_REDIS_TIMEOUT}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class SharedStore {

    /** How long after it is due a permit is still valid. */
    public static final Duration PERMIT_EXPIRY = Duration.ofMillis(700);

    SharedStore() {}

    /**
     * Asks whether a task is to be checked.
     *
     * @param tryId chosen by the caller, unique to this attempt; the same again returns the same lease
     * @param known token of the snapshot that the caller holds, or {@link FencingToken#NONE}
     */
    public Uni<Begin> begin(TaskHash task, RequestClass requestClass, String tryId, FencingToken known) {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends a check that returned a status, unless the store holds a newer one or would replace a terminal one by a live one.
     *
     * @param keepFor how long the status may be returned to anyone
     * @return what the store holds now
     */
    public Uni<SharedOutcome> end(Lease lease, CheckResult result, Duration keepFor) {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends a check with what Rodin itself said: no such task, or a failure of Rodin's that makes the task back off.
     *
     * @param failure only one that another replica would have received as well
     * @param standsFor how long the task is not to be checked
     * @return what the store holds now
     */
    public Uni<SharedOutcome> end(Lease lease, LookupFailure failure, Duration standsFor) {
        throw new UnsupportedOperationException();
    }

    /** Ends a check that came to nothing that others may use; whoever waits for it begins again. */
    public Uni<Void> release(Lease lease) {
        throw new UnsupportedOperationException();
    }

    /** Offers a status that was checked while the store was away; same rules and result as {@link #end}. */
    public Uni<SharedOutcome> offer(TaskHash task, SharedOutcome.Status status, Duration keepFor) {
        throw new UnsupportedOperationException();
    }

    /** Returns what the store holds of some tasks, at most 1000; of those that it does not hold, nothing. */
    public Uni<Map<TaskHash, SharedOutcome>> fetch(Collection<TaskHash> tasks) {
        throw new UnsupportedOperationException();
    }

    /** Removes a task from the store and, by the log, from all replicas. */
    public Uni<Void> purge(TaskHash task) {
        throw new UnsupportedOperationException();
    }

    /** Takes one permit of the budget that all replicas share. */
    public Uni<Permit> permit(RequestClass requestClass, Duration longestWait, String tryId) {
        throw new UnsupportedOperationException();
    }

    /** Grants no permits for so long, at most 5 minutes, or for what remains of an earlier pause if that is longer. */
    public Uni<Void> pause(Duration duration) {
        throw new UnsupportedOperationException();
    }

    /**
     * Notifies of everything that the replicas write from now on, one entry at a time, within 100 ms; must not block. Begins
     * with {@link LogEntry.Resynchronise} each time the store has become available.
     */
    public void follow(Consumer<LogEntry> follower) {
        throw new UnsupportedOperationException();
    }

    /** Returns whether the store was usable when last tried; changes are logged. */
    public boolean isAvailable() {
        throw new UnsupportedOperationException();
    }

    /** Returns the number of replicas last seen, at least 1; before the store was ever reached, the configured number. */
    public int replicas() {
        throw new UnsupportedOperationException();
    }

    /** Returns the number of live tasks of all replicas, as last seen. */
    public int liveTasks() {
        throw new UnsupportedOperationException();
    }

    /** Returns the store's time, estimated by the local clock and the last known difference. */
    public Instant storeTime() {
        throw new UnsupportedOperationException();
    }

    /** Returns a token for a check that begins without the store: higher than all that this replica has seen. */
    public FencingToken localToken() {
        throw new UnsupportedOperationException();
    }
}
