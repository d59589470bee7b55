package dev.rodingateway.status;

import java.time.Duration;

/**
 * What a look-up found.
 *
 * @param snapshot the status and when it was checked
 * @param lifetime how long such a status counts as fresh
 * @param source how it was come by
 * @param age how long ago it was checked
 */
public record LookupResult(Snapshot snapshot, Duration lifetime, Source source, Duration age) {

    /** How an answer was come by. */
    public enum Source {
        /** It was kept and still fresh. */
        HIT,
        /** Nothing was known, so Rodin was asked. */
        MISS,
        /** What was known had grown old, so Rodin was asked. */
        REFRESHED,
        /** Rodin was being asked already, for another caller. */
        COALESCED,
        /** What was known has grown old, and Rodin could not be asked, or not soon enough. */
        STALE
    }

    /** Returns whether the answer is older than its lifetime because Rodin could not be asked. */
    public boolean stale() {
        return source == Source.STALE;
    }

    /** Returns whether a caller who has the other answer learns something from this one: what entity tags tell apart. */
    public boolean differsFrom(LookupResult other) {
        return stale() != other.stale() || !snapshot.status().equals(other.snapshot.status());
    }

    /** Returns this answer for a caller who shared the check that was made for another. */
    public LookupResult shared() {
        return switch (source) {
            case MISS, REFRESHED -> new LookupResult(snapshot, lifetime, Source.COALESCED, age);
            case HIT, COALESCED, STALE -> this;
        };
    }
}
