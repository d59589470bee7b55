package dev.rodingateway.shared.checks;

import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.shared.SharedStore;
import dev.rodingateway.shared.TaskHash;
import dev.rodingateway.status.CheckCoordinator;
import dev.rodingateway.task.LookupFailure;
import java.time.Duration;
import java.time.Instant;

/** A check made while the store is unavailable. Its status is offered to the store when that is available again. */
final class UnsharedLease implements CheckCoordinator.Lease {

    private final TaskHash task;
    private final SharedStore store;
    private final KnownTasks tasks;
    private final long token;

    UnsharedLease(TaskHash task, SharedStore store, KnownTasks tasks) {
        this.task = task;
        this.store = store;
        this.tasks = tasks;
        this.token = store.localToken().value();
    }

    @Override
    public long token() {
        return token;
    }

    @Override
    public Instant now() {
        return store.storeTime();
    }

    @Override
    public void found(CheckResult result, Instant checkedAt, Duration keepFor) {
        tasks.setUnshared(task);
    }

    @Override
    public void failed(LookupFailure failure, Duration recheckDelay) {
        // Failures are not offered to the store later.
    }

    @Override
    public void release() {
        // There is no lease in the store.
    }
}
