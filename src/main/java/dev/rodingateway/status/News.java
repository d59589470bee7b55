package dev.rodingateway.status;

import org.jspecify.annotations.Nullable;

/**
 * Where a watched task stands.
 *
 * @param number grows with each change that watchers are to hear of, from 1
 * @param answer the latest, whether or not it brought a change
 */
record News(long number, Answer answer) {

    static News after(@Nullable News before, Answer answer) {
        if (before == null) {
            return new News(1, answer);
        }
        return new News(before.number + (before.answer.differsFrom(answer) ? 1 : 0), answer);
    }
}
