package dev.rodingateway.rodin;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.token.TokenStore;
import dev.rodingateway.task.LookupFailure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs when checks begin to fail for a reason that needs action, and when they succeed again: one line per change, however
 * many checks fail alike. Where failures and successes alternate, as with a caller who looks up a task of another account,
 * at most one pair of lines per minute.
 */
@Singleton
final class CheckStateLog {

    /** How long after the last refusal the budget counts as sufficient again. */
    private static final Duration QUIET = Duration.ofMinutes(1);

    /** Fewer failures in a row may be chance. */
    private static final int BROKEN_IN_A_ROW = 3;

    private static final Logger LOG = Logger.getLogger(CheckStateLog.class);

    private final TokenStore tokens;
    private final RateLimiter limiter;
    private final InstantSource clock;
    private final LoggedState keyRefused;
    private final LoggedState accountRefused;
    private final LoggedState throttled;
    private final LoggedState budgetExhausted;
    private final LoggedState broken;
    private int brokenInARow;

    @Inject
    CheckStateLog(TokenStore tokens, RateLimiter limiter) {
        this(tokens, limiter, Ticker.systemTicker(), InstantSource.system());
    }

    /**
     * Creates a log that has written nothing yet.
     *
     * @param ticker measures the time between lines
     * @param clock gives the time at which a pause ends
     */
    CheckStateLog(TokenStore tokens, RateLimiter limiter, Ticker ticker, InstantSource clock) {
        this.tokens = tokens;
        this.limiter = limiter;
        this.clock = clock;
        this.keyRefused = new LoggedState(ticker);
        this.accountRefused = new LoggedState(ticker);
        this.throttled = new LoggedState(ticker);
        this.budgetExhausted = new LoggedState(ticker);
        this.broken = new LoggedState(ticker);
    }

    /** Records how a check has ended. */
    void ended(@Nullable Throwable failure) {
        Duration pause = limiter.paused(); // may take a lock of the limiter
        List<Runnable> lines = new ArrayList<>();
        synchronized (this) {
            if (budgetExhausted.isActive() && budgetExhausted.sinceLastSeen().compareTo(QUIET) > 0) {
                budgetExhausted.end();
                lines.add(() -> LOG.info("The budget of checks suffices again: none has been refused for a minute."));
            }
            if (failure == null) {
                answered(lines);
            } else if (failure instanceof LookupFailure known) {
                failed(known, pause, lines);
            }
        }
        lines.forEach(Runnable::run); // may block
    }

    private void answered(List<Runnable> lines) {
        working(lines);
        if (keyRefused.end()) {
            lines.add(() -> LOG.infof("Rodin accepts the API key again (fingerprint %s).", fingerprint()));
        }
        if (accountRefused.end()) {
            lines.add(() -> LOG.info("Rodin accepts the account again."));
        }
        if (throttled.end()) {
            lines.add(() -> LOG.info("Rodin answers again after it had asked for fewer requests."));
        }
    }

    private void failed(LookupFailure failure, Duration pause, List<Runnable> lines) {
        switch (failure.kind()) {
            case UPSTREAM_CREDENTIALS -> {
                if (keyRefused.begin()) {
                    lines.add(() -> LOG.warnf(
                            "Rodin refuses the API key (fingerprint %s, code %s): new tasks are answered with a 502, known ones"
                                    + " are served stale.",
                            fingerprint(), code(failure)));
                }
            }
            case UPSTREAM_ACCOUNT -> {
                if (accountRefused.begin()) {
                    lines.add(() -> LOG.warnf(
                            "Rodin refuses the account behind the API key (code %s): its funds or plan are not enough.",
                            code(failure)));
                }
            }
            case UPSTREAM_THROTTLED -> throttled(failure.rodinCalled(), pause, lines);
            case UPSTREAM_INVALID_RESPONSE, UPSTREAM_ERROR, UPSTREAM_UNAVAILABLE, UPSTREAM_TIMEOUT ->
                broken(failure, lines);
            case TASK_NOT_FOUND -> working(lines);
            case INVALID_KEY, TOO_MANY_WATCHERS -> {
                // Caused by the caller.
            }
        }
    }

    /** The circuit breaker logs some of these, but neither where checks are few nor invalid responses. */
    private void broken(LookupFailure failure, List<Runnable> lines) {
        if (failure.rodinCalled() && ++brokenInARow >= BROKEN_IN_A_ROW && broken.begin()) {
            int inARow = brokenInARow;
            lines.add(() -> LOG.warnf(
                    "Checks of Rodin fail, %d in a row by now, the last with %s.", inARow, word(failure.kind())));
        }
    }

    private void working(List<Runnable> lines) {
        brokenInARow = 0;
        if (broken.end()) {
            lines.add(() -> LOG.info("Checks of Rodin succeed again."));
        }
    }

    /** A check that called Rodin may also end here because the budget had no permit for a retry: then there is no pause. */
    private void throttled(boolean rodinCalled, Duration pause, List<Runnable> lines) {
        if (pause.isZero()) {
            if (budgetExhausted.begin()) {
                lines.add(() -> LOG.warn("The budget of checks is exhausted"
                        + " (GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE): some look-ups are refused."));
            }
        } else if (rodinCalled && throttled.begin()) {
            Instant end = clock.instant().plus(pause).truncatedTo(ChronoUnit.SECONDS);
            lines.add(() -> LOG.warnf("Rodin asks for fewer requests: no checks until %s.", end));
        }
    }

    private static String word(LookupFailure.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String code(LookupFailure failure) {
        return failure.upstreamCode() == null ? "none" : failure.upstreamCode();
    }

    private String fingerprint() {
        return tokens.get().fingerprint();
    }
}
