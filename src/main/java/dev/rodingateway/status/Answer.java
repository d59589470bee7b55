package dev.rodingateway.status;

import java.time.Duration;

/**
 * What a look-up found.
 *
 * @param snapshot the status and when it was checked
 * @param lifetime how long such a status counts as fresh
 * @param source how the cache came by it
 */
public record Answer(Snapshot snapshot, Duration lifetime, Source source) {

    /** How an answer was come by. */
    public enum Source {
        /** It was kept and still fresh. */
        HIT,
        /** Rodin was asked for it. */
        MISS,
        /** Rodin was being asked for it already. */
        COLLAPSED
    }
}
