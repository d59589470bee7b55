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
     * Decides, each time it is subscribed to, whether a check that is due here is made here. While another replica checks
     * the task, the decision waits for its result.
     *
     * @param knownToken the token of the cached snapshot, 0 if there is none
     * @return never fails
     */
    Uni<Decision> begin(TaskKey key, RequestClass requestClass, long knownToken);

    /** Returns the number of live tasks of all replicas, as far as it is known. */
    long liveTasks(long here);

    /** Has all other replicas forget a task; completes when they will, fails when that is unknown. */
    Uni<Void> purge(TaskKey key);

    /** Registers who is notified of what other replicas find; called once, at start. */
    void follow(Follower follower);

    /** Is notified of what other replicas find. Must not block. */
    interface Follower {

        /** Adopts a finding, if it is newer than what is known here. */
        void found(TaskKey key, Finding finding);

        /** Returns what is known here of a task. */
        @Nullable
        Known known(TaskKey key);

        /** Forgets a task. */
        void purge(TaskKey key);

        /** Forgets the tasks whose keys match; tests each key that is cached. */
        void purgeAll(Predicate<TaskKey> keys);
    }

    /** Whether a check that is due is made here. */
    sealed interface Decision {

        /** It is not: another replica has found this. */
        record Adopt(Finding finding) implements Decision {}

        /** It is, and its result is reported to the lease, whatever it is. */
        record Proceed(Lease lease) implements Decision {}
    }

    /** The right to make one check. It ends with one of {@link #found}, {@link #failed} and {@link #release}. */
    interface Lease {

        /** Returns what orders this check among all checks of the task: a later one has a higher token. 0 without replicas. */
        long token();

        /** Returns the time of the clock that all replicas share. */
        Instant now();

        /**
         * Ends the check with a status.
         *
         * @param checkedAt when Rodin said so, by {@link #now}
         * @param keepFor how long the status may be returned to anyone
         */
        void found(CheckResult result, Instant checkedAt, Duration keepFor);

        /**
         * Ends the check with a failure.
         *
         * @param standsFor how long the task is not checked again
         */
        void failed(LookupFailure failure, Duration standsFor);

        /** Ends the check without a result. */
        void release();
    }

    /**
     * What is cached of a task, for replicas that know less.
     *
     * @param usableFor how much longer it may be returned to anyone
     */
    record Known(Finding.Status status, Duration usableFor) {}
}
