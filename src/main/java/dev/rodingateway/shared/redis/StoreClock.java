package dev.rodingateway.shared.redis;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The store's clock, estimated from its last reply and the local time elapsed since; the local clock before the first
 * reply. Never goes back, unless the store's clock was set back by more than {@value #SETBACK_SECONDS} s. Thread-safe.
 */
public final class StoreClock {

    static final int SETBACK_SECONDS = 5;

    private static final long SETBACK_MICROS = TimeUnit.SECONDS.toMicros(SETBACK_SECONDS);

    private final Ticker ticker;
    private final AtomicLong latest = new AtomicLong();
    private final AtomicLong highestToken = new AtomicLong();
    private volatile Reading reading;

    public StoreClock(InstantSource local, Ticker ticker) {
        this.ticker = ticker;
        this.reading = new Reading(ChronoUnit.MICROS.between(Instant.EPOCH, local.instant()), ticker.read());
    }

    /**
     * Adopts the time of a reply.
     *
     * @param micros the store's time since the epoch
     * @param sentNanos when the command was sent, on the ticker
     */
    public void synchronise(long micros, long sentNanos) {
        long now = ticker.read();
        reading = new Reading(micros, sentNanos + (now - sentNanos) / 2);
    }

    /** Returns the store's time in microseconds since the epoch. */
    public long micros() {
        Reading last = reading;
        long estimate = last.micros() + TimeUnit.NANOSECONDS.toMicros(ticker.read() - last.nanos());
        return latest.accumulateAndGet(
                estimate, (before, now) -> before - now > SETBACK_MICROS ? now : Math.max(before, now));
    }

    /** Returns the store's time. */
    public Instant now() {
        return instant(micros());
    }

    public static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** Records a token that is in use. */
    public void seen(long token) {
        highestToken.accumulateAndGet(token, Math::max);
    }

    /** Returns the highest token that was seen or issued here. */
    public long highestToken() {
        return highestToken.get();
    }

    /** Issues a token without the store. */
    public long nextToken() {
        long now = micros();
        return highestToken.updateAndGet(highest -> Math.max(highest + 1, now));
    }

    private record Reading(long micros, long nanos) {}
}
