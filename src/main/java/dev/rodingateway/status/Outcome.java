package dev.rodingateway.status;

import dev.rodingateway.task.LookupFailure;

/** What a check came to. Failures are values here, for a failed future would be logged with its stack trace. */
sealed interface Outcome {

    /** Rodin told the status. */
    record Known(Snapshot snapshot) implements Outcome {}

    /** Rodin did not tell. */
    record Failed(LookupFailure failure) implements Outcome {}
}
