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
 *   <li>It is read at startup, so that a missing key fails fast. The file takes precedence, and its key may change.
 *   <li>Another key in the file replaces the current one atomically; {@link #get} never waits for a read.
 *   <li>An unusable file replaces nothing: the last good key stays in use, with one warning for each new reason.
 *   <li>The log identifies keys by their fingerprint and never contains one.
 * </ol>
 */
@Startup
@Singleton
public final class TokenStore implements Supplier<BearerToken> {

    /** Many checks may be refused because of the same revoked key: they share one read of the file. */
    static final Duration REREAD_INTERVAL = Duration.ofSeconds(1);

    private static final CompletableFuture<@Nullable Void> COMPLETED = CompletableFuture.completedFuture(null);
    private static final Logger LOG = Logger.getLogger(TokenStore.class);

    private final Optional<TokenFile> file;
    private final Ticker ticker;

    private volatile Held held;

    /** The latest read for a refused key, in progress or done. */
    private final AtomicReference<Reread> latest;

    /** Guarded by the lock of this, under which the file is read: by at most two threads, the reloader and one re-read. */
    private @Nullable String lastProblem;

    /**
     * Reads the API key that the settings name.
     *
     * @throws InvalidSetting when neither setting is set, or the one that is set cannot be used
     */
    @Inject
    public TokenStore(RodinConfig rodin, Config config) {
        this(new VerbatimConfig(rodin, config), Ticker.systemTicker());
    }

    /**
     * Reads the API key that the settings name.
     *
     * @param ticker measures the age of the key and the time between re-reads
     * @throws InvalidSetting when neither setting is set, or the one that is set cannot be used
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

    /** Returns whether the key is read from a file, and so may change. */
    boolean canChange() {
        return file.isPresent();
    }

    /** Replaces the key by the current one in the file, if there is a file. Blocks, so do not call it on an event loop. */
    synchronized void refresh() {
        file.ifPresent(this::refreshFrom);
    }

    /**
     * Returns whether the current key differs from one that Rodin has refused. If it does not, the file is read again: one read
     * at a time, at most one per {@link #REREAD_INTERVAL}, shared by all callers in the meantime. Never blocks.
     *
     * @param refused the key that the refused check was made with
     * @param executor reads the file
     * @return whether the key was replaced; never fails
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
            // The gateway is stopping.
            mine.done().complete(null);
        }
        return mine.done();
    }

    private void refreshFrom(TokenFile source) {
        try {
            take(source.readAgain());
        } catch (InvalidSetting e) {
            warn(String.valueOf(e.getMessage()));
        }
    }

    private void take(BearerToken token) {
        if (!token.equals(held.token())) {
            held = new Held(token, ticker.read());
            LOG.infof(
                    "RODIN_API_KEY_FILE holds another API key, in use from now on: fingerprint %s.",
                    token.fingerprint());
        } else if (lastProblem != null) {
            LOG.info("RODIN_API_KEY_FILE can be used again; its API key is the one in use.");
        }
        lastProblem = null;
    }

    private void warn(String reason) {
        if (!reason.equals(lastProblem)) {
            LOG.warnf("%s The last good key stays in use.", reason);
        }
        lastProblem = reason;
    }

    /** A key and the time of its first read on the ticker, which change together. */
    private record Held(BearerToken token, long since) {}

    /** A read of the file for a refused key: its begin on the ticker, and a future that completes at its end. */
    private record Reread(long begun, CompletableFuture<@Nullable Void> done) {}
}
