package dev.rodingateway.status;

import org.jspecify.annotations.Nullable;

/**
 * Where a watched task stands.
 *
 * @param number grows with each change that watchers are to hear of, from 1
 * @param answer the latest, whether or not it brought a change
 */
public record Update(long number, LookupResult answer) {

    public static Update after(@Nullable Update before, LookupResult answer) {
        if (before == null) {
            return new Update(1, answer);
        }
        return new Update(before.number + (before.answer.differsFrom(answer) ? 1 : 0), answer);
    }
}
