package dev.rodingateway.status;

import dev.rodingateway.task.LookupFailure;
import java.time.Duration;

/** What a check came to. Failures are values here, for a failed future would be logged with its stack trace. */
sealed interface Outcome {

    /** Rodin told the status. */
    record Told(Kept kept) implements Outcome {}

    /**
     * Rodin did not tell.
     *
     * @param standsFor how long the key is not checked again
     */
    record Failed(LookupFailure failure, Duration standsFor) implements Outcome {}
}
