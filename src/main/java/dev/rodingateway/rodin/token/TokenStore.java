package dev.rodingateway.rodin.token;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.RodinConfig;
import dev.rodingateway.settings.InvalidSetting;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
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
public final class TokenStore implements Supplier<BearerToken> {

    /** A revoked key is refused check by check: they share a re-read rather than read the file for each. */
    static final Duration REREAD_INTERVAL = Duration.ofSeconds(1);

    private static final CompletableFuture<@Nullable Void> COMPLETED = CompletableFuture.completedFuture(null);
    private static final Logger LOG = Logger.getLogger(TokenStore.class);

    private final Optional<TokenFile> file;
    private final Ticker ticker;

    private volatile Held held;

    /** The latest re-read for a refused key, under way or over. */
    private final AtomicReference<Reread> latest;

    /** Guarded by the lock of this, under which the file is read: by two threads at the most, the watch and one re-read. */
    private @Nullable String complaint;

    /**
     * Reads the API key that the settings name.
     *
     * @throws InvalidSetting when neither setting is there, or the one that is cannot be used
     */
    @Inject
    public TokenStore(RodinConfig rodin, Config config) {
        this(new VerbatimConfig(rodin, config), Ticker.systemTicker());
    }

    /**
     * Reads the API key that the settings name.
     *
     * @param ticker measures the age of the key and the time between re-reads
     * @throws InvalidSetting when neither setting is there, or the one that is cannot be used
     */
    public TokenStore(RodinConfig config, Ticker ticker) {
        this.file = config.apiKeyFile().map(TokenFile::new);
        this.ticker = ticker;
        BearerToken token = file.map(TokenFile::read)
                .or(() -> config.apiKey().map(key -> BearerToken.parse("RODIN_API_KEY", key)))
                .orElseThrow(() -> new InvalidSetting("RODIN_API_KEY or RODIN_API_KEY_FILE is required: "
                        + "set one of them to Rodin's API key or to a file that holds it."));
        long now = ticker.read();
        this.held = new Held(token, now);
        this.latest = new AtomicReference<>(new Reread(now - REREAD_INTERVAL.toNanos(), COMPLETED));
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
     * Finds out whether there is another key than one that Rodin has refused. If the one held is the one refused, the file
     * is read again: one reading at a time, at most one per {@link #REREAD_INTERVAL}, whose outcome all share that ask
     * meanwhile. Never blocks.
     *
     * @param refused the key that the refused check was made with
     * @param executor reads the file
     * @return whether another key is held now; never fails
     */
    CompletionStage<Boolean> isReplaced(BearerToken refused, Executor executor) {
        if (file.isEmpty() || !get().equals(refused)) {
            return CompletableFuture.completedFuture(!get().equals(refused));
        }
        return reread(executor).thenApply(unused -> !get().equals(refused));
    }

    private CompletableFuture<@Nullable Void> reread(Executor executor) {
        Reread before = latest.get();
        long now = ticker.read();
        if (!before.done().isDone() || now - before.begun() < REREAD_INTERVAL.toNanos()) {
            return before.done();
        }
        Reread mine = new Reread(now, new CompletableFuture<>());
        if (!latest.compareAndSet(before, mine)) {
            return latest.get().done();
        }
        try {
            executor.execute(() -> {
                try {
                    refresh();
                } finally {
                    mine.done().complete(null);
                }
            });
        } catch (RejectedExecutionException e) {
            // The gateway stops.
            mine.done().complete(null);
        }
        return mine.done();
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
            held = new Held(token, ticker.read());
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

    /** A reading of the file for a refused key: when it began, by the ticker, and what completes at its end. */
    private record Reread(long begun, CompletableFuture<@Nullable Void> done) {}
}
