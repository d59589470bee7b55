package dev.rodingateway.api.response;

import dev.rodingateway.status.LookupResult;
import java.time.Duration;

/** How an answer was come by, in the words of RFC 9211. */
final class CacheStatus {

    private static final String CACHE = "rodin-gateway; ";

    private CacheStatus() {}

    /**
     * Returns the header's value for an answer.
     *
     * @param age of the answer; what is left of its lifetime is told in whole seconds, below zero when stale
     */
    static String of(LookupResult answer, Duration age) {
        return CACHE
                + switch (answer.source()) {
                    case HIT -> "hit; ttl=" + timeToLive(answer, age);
                    case MISS -> "fwd=miss; stored";
                    case REFRESHED -> "fwd=stale; stored";
                    case COALESCED -> "fwd=miss; collapsed";
                    case STALE -> "hit; ttl=" + Math.min(-1, timeToLive(answer, age)) + "; detail=stale";
                };
    }

    private static long timeToLive(LookupResult answer, Duration age) {
        return answer.lifetime().minus(age).toSeconds();
    }
}
