package dev.rodingateway.shared.checks;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.shared.Lease;
import dev.rodingateway.shared.SharedStore;
import dev.rodingateway.status.CheckCoordinator;
import dev.rodingateway.task.LookupFailure;
import java.time.Duration;
import java.time.Instant;

/** The right to check a task, from the store. Nobody waits until the store has received the result. */
final class SharedLease implements CheckCoordinator.Lease {

    private final Lease lease;
    private final SharedStore store;
    private final KnownTasks tasks;
    private final Adoption adoption;
    private final Ticker ticker;

    SharedLease(Lease lease, SharedStore store, KnownTasks tasks, Adoption adoption, Ticker ticker) {
        this.lease = lease;
        this.store = store;
        this.tasks = tasks;
        this.adoption = adoption;
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

    /**
     * What the store holds instead is adopted: the lease may have expired, and another replica checked the task since. A reply
     * that was lost is asked for once more; the store replies the same.
     */
    @Override
    public void found(CheckResult result, Instant checkedAt, Duration keepFor) {
        store.end(dated(checkedAt), result, keepFor)
                .onFailure()
                .retry()
                .atMost(1)
                .subscribe()
                .with(held -> adoption.apply(lease.task(), held), unavailable -> tasks.setUnshared(lease.task()));
    }

    @Override
    public void failed(LookupFailure failure, Duration standsFor) {
        if (Findings.isShared(failure)) {
            store.end(lease, failure, standsFor)
                    .subscribe()
                    .with(held -> adoption.apply(lease.task(), held), SharedLease::expires);
        } else {
            release();
        }
    }

    @Override
    public void release() {
        store.release(lease).subscribe().with(unused -> {}, SharedLease::expires);
    }

    /** Returns the lease as one that began when the status was given: all replicas have to date it alike. */
    private Lease dated(Instant checkedAt) {
        long later = ticker.read() + lease.expiresIn().toNanos();
        return new Lease(lease.task(), lease.tryId(), lease.token(), checkedAt, later, lease.expiresIn());
    }

    /** The store logs that it is unavailable; the lease expires by itself. */
    private static void expires(Throwable unavailable) {}
}
