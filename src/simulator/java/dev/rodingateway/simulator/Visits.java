package dev.rodingateway.simulator;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Records the time of each key's first check and the number of its checks, for at most {@value #REMEMBERED} keys and
 * until a day after the last check.
 */
final class Visits {

    static final int REMEMBERED = 100_000;

    private final Ticker ticker;
    private final Cache<UUID, Visit> visits;
    private final AtomicLong total = new AtomicLong();

    Visits(Ticker ticker) {
        this.ticker = ticker;
        this.visits = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterAccess(Duration.ofDays(1))
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** Counts a call, with or without a key. */
    void count() {
        total.incrementAndGet();
    }

    /** Counts a call for this key and returns the time since its first check. */
    Duration visit(String key) {
        Visit visit = visits.get(digestOf(key), digest -> new Visit(ticker.read(), new AtomicLong()));
        visit.checks().incrementAndGet();
        return Duration.ofNanos(ticker.read() - visit.first());
    }

    long total() {
        return total.get();
    }

    long of(String key) {
        Visit visit = visits.getIfPresent(digestOf(key));
        return visit == null ? 0 : visit.checks().get();
    }

    void forgetAll() {
        visits.invalidateAll();
        total.set(0);
    }

    /** A key may be as long as the body, so 16 bytes of its digest are stored instead. */
    private static UUID digestOf(String key) {
        return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
    }

    private record Visit(long first, AtomicLong checks) {}
}
