package dev.rodingateway.shared;

import java.time.Duration;

/** The store's decision about a check that is due. */
public sealed interface Begin {

    /** No check: the store holds this outcome, which is newer than what the caller has. */
    record Adopt(SharedOutcome outcome) implements Begin {}

    /**
     * No check: another replica is checking the task. Its result arrives by {@link SharedStore#follow}.
     *
     * @param atMost after this time its lease has expired and the caller begins again
     */
    record Wait(Duration atMost) implements Begin {}

    /** The caller checks the task and ends the lease, whatever the outcome of the check. */
    record Go(Lease lease) implements Begin {}
}
