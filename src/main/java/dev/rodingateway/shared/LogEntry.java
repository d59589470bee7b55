package dev.rodingateway.shared;

/**
 * An entry of the log, of which followers are notified in the order of the log; includes entries of this replica
 * itself.
 */
public sealed interface LogEntry {

    /** A check ended with this outcome, or a replica offered a newer one. */
    record Changed(TaskHash task, SharedOutcome outcome) implements LogEntry {}

    /** A check ended without an outcome that others can use: replicas that wait for it begin again. */
    record Released(TaskHash task) implements LogEntry {}

    /** An operator removed the task: it is to be removed from the local cache as well. */
    record Purged(TaskHash task) implements LogEntry {}

    /**
     * Entries may have been missed, at the beginning or after a gap: the follower has to compare its state with
     * {@link SharedStore#fetch}.
     */
    record Resynchronise() implements LogEntry {}
}
