package dev.rodingateway.rodin;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;

/** A state whose begin and end are logged, at most one such pair per minute. Not thread-safe. */
final class LoggedState {

    private static final Duration MIN_INTERVAL = Duration.ofMinutes(1);

    private final Ticker ticker;
    private boolean active;
    private long lastBegun;
    private long lastSeen;

    LoggedState(Ticker ticker) {
        this.ticker = ticker;
        this.lastBegun = ticker.read() - MIN_INTERVAL.toNanos();
    }

    /** Records the state, and returns whether to log that it has begun. */
    boolean begin() {
        lastSeen = ticker.read();
        if (active || lastSeen - lastBegun < MIN_INTERVAL.toNanos()) {
            return false;
        }
        active = true;
        lastBegun = lastSeen;
        return true;
    }

    /** Ends the state, and returns whether to log that: its begin was logged. */
    boolean end() {
        boolean was = active;
        active = false;
        return was;
    }

    /** Returns whether the begin of the state was logged and its end was not. */
    boolean isActive() {
        return active;
    }

    /** Returns the time since the state was last recorded. */
    Duration sinceLastSeen() {
        return Duration.ofNanos(ticker.read() - lastSeen);
    }
}
