package dev.rodingateway.api.response;

import dev.rodingateway.status.LookupResult;

/** The header {@code Cache-Status} (RFC 9211). */
final class CacheStatus {

    private static final String CACHE = "rodin-gateway; ";
    private static final NumberedValue HIT = new NumberedValue(CACHE + "hit; ttl=");

    private CacheStatus() {}

    /**
     * Returns the value of the header.
     *
     * @param ageMillis the age of the snapshot; {@code ttl} is the rest of its lifetime in whole seconds, negative when stale
     */
    static CharSequence of(LookupResult answer, long ageMillis) {
        return switch (answer.source()) {
            case HIT -> HIT.of(timeToLive(answer, ageMillis));
            case MISS -> CACHE + "fwd=miss; stored";
            case REFRESHED -> CACHE + "fwd=stale; stored";
            case COALESCED -> CACHE + "fwd=miss; collapsed";
            case STALE -> CACHE + "hit; ttl=" + Math.min(-1, timeToLive(answer, ageMillis)) + "; detail=stale";
        };
    }

    private static long timeToLive(LookupResult answer, long ageMillis) {
        return Math.floorDiv(answer.lifetime().toMillis() - ageMillis, 1000L);
    }
}
