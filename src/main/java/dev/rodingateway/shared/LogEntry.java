package dev.rodingateway.shared;

/** What the followers of the log are notified of, in the order of the log; including what this replica wrote itself. */
public sealed interface LogEntry {

    /** A check ended with this outcome, or a replica offered a newer one. */
    record Changed(TaskHash task, SharedOutcome outcome) implements LogEntry {}

    /** A check ended without an outcome that others may use: whoever waits for it begins again. */
    record Released(TaskHash task) implements LogEntry {}

    /** An operator removed the task: it is to be removed from the local cache as well. */
    record Purged(TaskHash task) implements LogEntry {}

    /** Entries may have been missed, at the beginning and after a gap: compare what is held with {@link SharedStore#fetch}. */
    record Resynchronise() implements LogEntry {}
}
