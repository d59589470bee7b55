package dev.rodingateway.status;

import java.time.Duration;

/**
 * The result of a look-up.
 *
 * @param snapshot the status and when it was checked
 * @param lifetime the lifetime of such a status
 * @param source where it was obtained from
 * @param age the time since it was checked
 */
public record LookupResult(Snapshot snapshot, Duration lifetime, Source source, Duration age) {

    /** Where a result was obtained from. */
    public enum Source {
        /** The cache, in which it was still fresh. */
        HIT,
        /** A call to Rodin, because nothing was cached. */
        MISS,
        /** A call to Rodin, because the cached status had expired. */
        REFRESHED,
        /** A call to Rodin that was already in flight for another caller. */
        COALESCED,
        /** The cache, in which it has expired, because Rodin could not be called or did not respond soon enough. */
        STALE
    }

    /** Returns whether the status has expired and could not be refreshed. */
    public boolean stale() {
        return source == Source.STALE;
    }

    /**
     * Returns whether this result has another entity tag than the other one, so that it is new to a caller that has the
     * other.
     */
    public boolean differsFrom(LookupResult other) {
        return stale() != other.stale() || !snapshot.status().equals(other.snapshot.status());
    }

    /** Returns this result for a caller that shared the check made for another caller. */
    public LookupResult shared() {
        return switch (source) {
            case MISS, REFRESHED -> new LookupResult(snapshot, lifetime, Source.COALESCED, age);
            case HIT, COALESCED, STALE -> this;
        };
    }
}
