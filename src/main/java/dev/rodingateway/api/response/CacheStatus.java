package dev.rodingateway.api.response;

import dev.rodingateway.status.LookupResult;

/** The header {@code Cache-Status} (RFC 9211). */
final class CacheStatus {

    private static final String CACHE = "rodin-gateway; ";
    private static final NumberedValue HIT = new NumberedValue(CACHE + "hit; ttl=");

    /** Another replica made the check. */
    private static final String SHARED = "; detail=shared";

    private CacheStatus() {}

    /** Returns the value of the header; {@code ttl} is the rest of the lifetime in whole seconds, negative when stale. */
    static CharSequence of(LookupResult answer) {
        return switch (answer.source()) {
            case HIT -> answer.snapshot().shared() ? HIT.of(timeToLive(answer)) + SHARED : HIT.of(timeToLive(answer));
            case MISS -> CACHE + "fwd=miss; stored";
            case REFRESHED -> CACHE + "fwd=stale; stored";
            case COALESCED -> CACHE + "fwd=miss; collapsed";
            case STALE -> CACHE + "hit; ttl=" + Math.min(-1, timeToLive(answer)) + "; detail=stale";
        };
    }

    private static long timeToLive(LookupResult answer) {
        return Math.floorDiv(answer.lifetime().minus(answer.age()).toMillis(), 1000L);
    }
}
