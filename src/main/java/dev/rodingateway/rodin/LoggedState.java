package dev.rodingateway.rodin;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;

/** A state that is logged when it begins and when it ends, and begins anew once a minute at the most. Not thread-safe. */
final class LoggedState {

    private static final Duration APART = Duration.ofMinutes(1);

    private final Ticker ticker;
    private boolean active;
    private long lastBegun;
    private long last;

    LoggedState(Ticker ticker) {
        this.ticker = ticker;
        this.lastBegun = ticker.read() - APART.toNanos();
    }

    /** Takes note of the state, and returns whether that is to be logged: it is new. */
    boolean begin() {
        last = ticker.read();
        if (active || last - lastBegun < APART.toNanos()) {
            return false;
        }
        active = true;
        lastBegun = last;
        return true;
    }

    /** Ends the state, and returns whether that is to be logged: its beginning was. */
    boolean end() {
        boolean was = active;
        active = false;
        return was;
    }

    /** Returns whether the state's beginning was logged and its end was not. */
    boolean isActive() {
        return active;
    }

    /** Returns the time since the state was last noted. */
    Duration sinceLast() {
        return Duration.ofNanos(ticker.read() - last);
    }
}
