package dev.rodingateway.rodin;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rodingateway.task.TaskKey;

/**
 * The body of a check. It prints as stars, for the key is a secret.
 *
 * @param subscriptionKey the task's key, as Rodin calls it
 */
record CheckRequest(@JsonProperty("subscription_key") String subscriptionKey) {

    static CheckRequest of(TaskKey key) {
        return new CheckRequest(key.value());
    }

    @Override
    public String toString() {
        return "CheckRequest[***]";
    }
}
