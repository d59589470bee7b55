package dev.rodingateway.shared.checks;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.shared.Lease;
import dev.rodingateway.shared.SharedOutcome;
import dev.rodingateway.shared.SharedStore;
import dev.rodingateway.status.CheckCoordinator;
import dev.rodingateway.task.LookupFailure;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;

/**
 * A lease from the store. Look-ups do not wait until the store has received the result. If the call fails, it is
 * repeated when the store is available again.
 */
final class SharedLease implements CheckCoordinator.Lease {

    /** Longer than the end of a check is delayed. */
    private static final Duration LONG = Duration.ofDays(1);

    private final Lease lease;
    private final SharedStore store;
    private final Adoption adoption;
    private final UnfinishedCalls unfinished;
    private final Ticker ticker;

    SharedLease(Lease lease, SharedStore store, Adoption adoption, UnfinishedCalls unfinished, Ticker ticker) {
        this.lease = lease;
        this.store = store;
        this.adoption = adoption;
        this.unfinished = unfinished;
        this.ticker = ticker;
    }

    @Override
    public long token() {
        return lease.token().value();
    }

    @Override
    public Instant now() {
        return lease.storeTime(ticker.read());
    }

    @Override
    public void found(CheckResult result, Instant checkedAt, Duration keepFor) {
        Uni<SharedOutcome> end = adopting(store.end(dated(checkedAt), result, keepFor));
        end.subscribe().with(held -> {}, unavailable -> {
            adoption.setUnshared(lease.task());
            unfinished.add(end);
        });
    }

    @Override
    public void failed(LookupFailure failure, Duration recheckDelay) {
        if (SharedResults.isShared(failure)) {
            Uni<SharedOutcome> end = adopting(store.end(lease, failure, recheckDelay));
            end.subscribe().with(held -> {}, unavailable -> unfinished.add(end));
        } else {
            release();
        }
    }

    @Override
    public void release() {
        Uni<Void> release = store.release(lease);
        release.subscribe().with(unused -> {}, unavailable -> unfinished.add(release));
    }

    /**
     * Adopts what the store holds instead: the lease may have expired, and another replica may have checked the task
     * since.
     */
    private Uni<SharedOutcome> adopting(Uni<SharedOutcome> end) {
        return end.invoke(held -> adoption.apply(lease.task(), held));
    }

    /**
     * Returns the lease with a fixed time, that of the status, however long the call takes or is delayed: all replicas
     * have to use the same time.
     */
    private Lease dated(Instant checkedAt) {
        long later = ticker.read() + LONG.toNanos();
        return new Lease(lease.task(), lease.tryId(), lease.token(), checkedAt, later, lease.expiresIn());
    }
}
