package dev.rodingateway.api.response;

import dev.rodingateway.status.LookupResult;

/** How an answer was come by, in the words of RFC 9211. */
final class CacheStatus {

    private static final String CACHE = "rodin-gateway; ";

    /** Another replica made the check. */
    private static final String SHARED = "; detail=shared";

    private CacheStatus() {}

    /** Returns the header's value for an answer; {@code ttl} is in whole seconds, below zero when stale. */
    static String of(LookupResult answer) {
        return CACHE
                + switch (answer.source()) {
                    case HIT ->
                        "hit; ttl=" + timeToLive(answer) + (answer.snapshot().shared() ? SHARED : "");
                    case MISS -> "fwd=miss; stored";
                    case REFRESHED -> "fwd=stale; stored";
                    case COALESCED -> "fwd=miss; collapsed";
                    case STALE -> "hit; ttl=" + Math.min(-1, timeToLive(answer)) + "; detail=stale";
                };
    }

    private static long timeToLive(LookupResult answer) {
        return answer.lifetime().minus(answer.age()).toSeconds();
    }
}
