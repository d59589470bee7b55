package dev.rodingateway.status;

import org.jspecify.annotations.Nullable;

/**
 * A status of a watched task.
 *
 * @param number increases from 1 with each change that subscribers are notified of
 * @param answer the latest result, whether or not it was a change
 */
public record Update(long number, LookupResult answer) {

    public static Update after(@Nullable Update before, LookupResult answer) {
        if (before == null) {
            return new Update(1, answer);
        }
        return new Update(before.number + (before.answer.differsFrom(answer) ? 1 : 0), answer);
    }
}
