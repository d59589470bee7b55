package dev.rodingateway.rodin;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.settings.InvalidSetting;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Holds the API key from {@code RODIN_API_KEY} or {@code RODIN_API_KEY_FILE}:
 *
 * <ol>
 *   <li>It is read at start, so that a missing one is told at once. The file wins, and its key may change.
 *   <li>Another key in the file replaces the one held as a whole; who asks for the key never waits for a reading.
 *   <li>A file that cannot be used replaces nothing: the last good key stays, with one warning for each new reason.
 *   <li>The log tells keys apart by their fingerprint and never has one.
 * </ol>
 */
@Startup
@Singleton
final class BearerTokens implements Supplier<BearerToken> {

    /** A revoked key is refused check by check: they share a re-read rather than read the file for each. */
    static final Duration REREAD_INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(BearerTokens.class);

    private final Optional<TokenFile> file;
    private final Ticker ticker;

    private volatile Held held;

    // What follows belongs to whoever has the lock of this.
    private @Nullable String complaint;
    private long lastReread;
    private long lastRotation;

    /** @throws InvalidSetting when neither setting is there, or the one that is cannot be used */
    @Inject
    BearerTokens(RodinConfig rodin, Config config) {
        this(new VerbatimConfig(rodin, config), Ticker.systemTicker());
    }

    /**
     * @param ticker measures the age of the key and the time between re-reads
     * @throws InvalidSetting when neither setting is there, or the one that is cannot be used
     */
    BearerTokens(RodinConfig config, Ticker ticker) {
        this.file = config.apiKeyFile().map(TokenFile::new);
        this.ticker = ticker;
        BearerToken token = file.map(TokenFile::read)
                .or(() -> config.apiKey().map(key -> BearerToken.parse("RODIN_API_KEY", key)))
                .orElseThrow(() -> new InvalidSetting("RODIN_API_KEY or RODIN_API_KEY_FILE is required: "
                        + "set one of them to Rodin's API key or to a file that holds it."));
        long now = ticker.read();
        this.held = new Held(token, now);
        this.lastReread = now - REREAD_INTERVAL.toNanos();
        this.lastRotation = lastReread;
    }

    @Override
    public BearerToken get() {
        return held.token();
    }

    /** Returns the time since the current key was first read. */
    Duration tokenAge() {
        return Duration.ofNanos(ticker.read() - held.since());
    }

    /** Returns whether the key comes from a file, and so may change. */
    boolean canChange() {
        return file.isPresent();
    }

    /** Takes over what the file holds now; does nothing without a file. Blocks: not for an event loop. */
    synchronized void refresh() {
        file.ifPresent(this::refreshFrom);
    }

    /**
     * Reads the file again because Rodin has refused the key; at most once per {@link #REREAD_INTERVAL}, within which
     * further calls share the answer. Blocks: not for an event loop.
     *
     * @return whether another try is worth while: the key has changed, by this call or in the interval before it, so that
     *     the check that was refused may have had the former one; false without a file
     */
    synchronized boolean reread() {
        long now = ticker.read();
        if (now - lastReread >= REREAD_INTERVAL.toNanos()) {
            lastReread = now;
            refresh();
        }
        return ticker.read() - lastRotation < REREAD_INTERVAL.toNanos();
    }

    private void refreshFrom(TokenFile source) {
        try {
            take(source.readAgain());
        } catch (InvalidSetting e) {
            complain(String.valueOf(e.getMessage()));
        }
    }

    private void take(BearerToken token) {
        if (!token.equals(held.token())) {
            long now = ticker.read();
            held = new Held(token, now);
            lastRotation = now;
            LOG.infof(
                    "RODIN_API_KEY_FILE holds another API key, in use from now on: fingerprint %s.",
                    token.fingerprint());
        } else if (complaint != null) {
            LOG.info("RODIN_API_KEY_FILE can be used again; its API key is the one in use.");
        }
        complaint = null;
    }

    private void complain(String reason) {
        if (!reason.equals(complaint)) {
            LOG.warnf("%s The last good key stays in use.", reason);
        }
        complaint = reason;
    }

    /** A key and when it was first read, by the ticker: they change together. */
    private record Held(BearerToken token, long since) {}
}
