package dev.rodingateway.rodin.http;

import dev.rodingateway.rodin.Deadline;
import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.rodin.token.BearerToken;
import dev.rodingateway.task.TaskKey;

/**
 * One check, from the wait for its permit to its last try.
 *
 * @param key the task
 * @param purpose whose share of the budget pays for its calls
 * @param token the API key that its calls are made with
 * @param deadline when it has to be over
 */
public record Check(TaskKey key, RequestClass purpose, BearerToken token, Deadline deadline) {

    /** Returns the rest of this check with another API key. */
    public Check with(BearerToken replacement) {
        return new Check(key, purpose, replacement, deadline);
    }
}
