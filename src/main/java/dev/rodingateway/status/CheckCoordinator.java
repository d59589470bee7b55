package dev.rodingateway.status;

import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Coordinates the checks of this process with those of other replicas, if there are any. */
public interface CheckCoordinator {

    /**
     * Decides, at each subscription, whether a check that is due is made by this process. While another replica checks
     * the task, the decision waits for its result.
     *
     * @param knownToken the token of the cached snapshot, 0 if there is none
     * @return never fails
     */
    Uni<Decision> begin(TaskKey key, RequestClass requestClass, long knownToken);

    /** Returns the number of live tasks of all replicas, or that of this one if the others' is not known. */
    long liveTasks(long here);

    /** Removes a task from the caches of all other replicas; completes when the removal is certain, otherwise fails. */
    Uni<Void> purge(TaskKey key);

    /** Registers the receiver of other replicas' results; called once, at startup. */
    void follow(Follower follower);

    /** Receives the results of other replicas. Must not block. */
    interface Follower {

        /** Adopts a result if it is newer than what is cached here. */
        void found(TaskKey key, SharedResult result);

        /** Returns what is cached here of a task; null if nothing is. */
        @Nullable
        Known known(TaskKey key);

        /** Removes a task from the cache. */
        void purge(TaskKey key);

        /** Removes the tasks whose keys match from the cache; tests each cached key. */
        void purgeAll(Predicate<TaskKey> keys);
    }

    /** Whether this process makes a check that is due. */
    sealed interface Decision {

        /** It does not: another replica has this result. */
        record Adopt(SharedResult result) implements Decision {}

        /** It does, and reports the outcome to the lease, whatever it is. */
        record Proceed(Lease lease) implements Decision {}
    }

    /** The right to make one check. It ends with one of {@link #found}, {@link #failed} and {@link #release}. */
    interface Lease {

        /**
         * Returns the position of this check in the order of all checks of the task: a later one has a higher token. 0
         * without replicas.
         */
        long token();

        /** Returns the time of the clock that all replicas share. */
        Instant now();

        /**
         * Ends the check with a status.
         *
         * @param checkedAt when Rodin returned the status, by {@link #now}
         * @param keepFor how long the status may be served
         */
        void found(CheckResult result, Instant checkedAt, Duration keepFor);

        /**
         * Ends the check with a failure.
         *
         * @param recheckDelay how long the task is not checked again
         */
        void failed(LookupFailure failure, Duration recheckDelay);

        /** Ends the check without a result. */
        void release();
    }

    /**
     * What is cached of a task, for replicas with an older status or none.
     *
     * @param usableFor how much longer the status may be served
     */
    record Known(SharedResult.Status status, Duration usableFor) {}
}
