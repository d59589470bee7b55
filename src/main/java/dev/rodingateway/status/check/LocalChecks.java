package dev.rodingateway.status.check;

import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.status.CheckCoordinator;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Lets this process make all checks, without other replicas. */
public final class LocalChecks implements CheckCoordinator {

    private final CheckCoordinator.Decision proceed;

    /**
     * Creates the coordinator of a single process.
     *
     * @param clock the time of the checks
     */
    public LocalChecks(InstantSource clock) {
        this.proceed = new CheckCoordinator.Decision.Proceed(new LocalLease(clock));
    }

    @Override
    public Uni<CheckCoordinator.Decision> begin(TaskKey key, RequestClass requestClass, long knownToken) {
        return Uni.createFrom().item(proceed);
    }

    @Override
    public long liveTasks(long here) {
        return here;
    }

    @Override
    public Uni<Void> purge(TaskKey key) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public void follow(Follower follower) {
        // There are no other replicas.
    }

    private record LocalLease(InstantSource clock) implements CheckCoordinator.Lease {

        @Override
        public long token() {
            return 0;
        }

        @Override
        public Instant now() {
            return clock.instant();
        }

        @Override
        public void found(CheckResult result, Instant checkedAt, Duration keepFor) {
            // There are no other replicas.
        }

        @Override
        public void failed(LookupFailure failure, Duration recheckDelay) {
            // There are no other replicas.
        }

        @Override
        public void release() {
            // There are no other replicas.
        }
    }
}
