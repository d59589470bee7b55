package dev.rodingateway.simulator;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Remembers when each key was first asked for, and how often since. At most {@value #REMEMBERED} keys are remembered, a
 * day from when they were last asked for.
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

    /** Counts a call, whatever it asks for. */
    void count() {
        total.incrementAndGet();
    }

    /** Counts a call for this key and returns how long ago it was first asked for. */
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

    /** A key may fill the whole body, so it is remembered by 16 bytes of its digest. */
    private static UUID digestOf(String key) {
        return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
    }

    private record Visit(long first, AtomicLong checks) {}
}
