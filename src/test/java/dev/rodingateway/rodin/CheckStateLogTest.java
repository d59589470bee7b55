package dev.rodingateway.rodin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.budget.Budget;
import dev.rodingateway.rodin.budget.ManualTimer;
import dev.rodingateway.rodin.token.LogOf;
import dev.rodingateway.rodin.token.TokenStore;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckStateLogTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00.5Z");

    private final ManualTimer time = new ManualTimer();
    private final Budget budget = new Budget(120, time, time);
    private final TokenStore tokens = new TokenStore(
            new ClientAt.Settings(URI.create("http://127.0.0.1:1"), Optional.of("a-key"), Optional.empty()), time);
    private final String fingerprint = tokens.get().fingerprint();
    private final CheckStateLog checks = new CheckStateLog(tokens, budget, time, InstantSource.fixed(NOW));
    private final LogOf log = new LogOf(CheckStateLog.class);

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void refusedKeyIsLoggedOnceAndOnceWhenItIsAcceptedAgain() {
        fail(60, LookupFailure.of(Kind.UPSTREAM_CREDENTIALS).withUpstreamCode("UNAUTHORIZED"));
        succeed(60);

        assertThat(log.lines())
                .containsExactly(
                        "WARN Rodin refuses the API key (fingerprint " + fingerprint
                                + ", code UNAUTHORIZED): new tasks are answered with a 502, known ones are served stale.",
                        "INFO Rodin accepts the API key again (fingerprint " + fingerprint + ").");
    }

    @Test
    void accountWithoutFundsIsLoggedOnceAndOnceWhenItHasThem() {
        fail(60, LookupFailure.of(Kind.UPSTREAM_ACCOUNT).withUpstreamCode("INSUFFICIENT_FUND"));
        succeed(60);

        assertThat(log.lines())
                .containsExactly(
                        "WARN Rodin refuses the account behind the API key (code INSUFFICIENT_FUND): its funds or plan are not"
                                + " enough.",
                        "INFO Rodin accepts the account again.");
    }

    @Test
    void pauseIsLoggedOnceWithItsEndAndOnceWhenRodinAnswers() {
        budget.pauseFor(Duration.ofSeconds(30));
        fail(60, LookupFailure.of(Kind.UPSTREAM_THROTTLED));
        fail(60, LookupFailure.of(Kind.UPSTREAM_THROTTLED).withoutCall());
        succeed(60);

        assertThat(log.lines())
                .containsExactly(
                        "WARN Rodin asks for fewer requests: no checks until 2026-11-26T12:00:30Z.",
                        "INFO Rodin answers again after it had asked for fewer requests.");
    }

    @Test
    void exhaustedBudgetIsLoggedOnceAndOnceWhenItHasSufficedForAMinute() {
        for (int i = 0; i < 120; i++) {
            fail(1, LookupFailure.of(Kind.UPSTREAM_THROTTLED).withoutCall());
            succeed(1);
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(log.lines())
                .containsExactly(
                        "WARN The budget of checks is exhausted (GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE): some look-ups"
                                + " are refused.");

        time.advance(Duration.ofSeconds(60));
        succeed(60);

        assertThat(log.lines())
                .hasSize(2)
                .endsWith("INFO The budget of checks suffices again: none has been refused for a minute.");
    }

    @ParameterizedTest
    @EnumSource(names = {"UPSTREAM_INVALID_RESPONSE", "UPSTREAM_ERROR", "UPSTREAM_UNAVAILABLE", "UPSTREAM_TIMEOUT"})
    void checksThatFailInARowAreLoggedOnceAndOnceWhenTheySucceed(Kind kind) {
        fail(60, LookupFailure.of(kind));
        succeed(60);

        assertThat(log.lines())
                .containsExactly(
                        "WARN Checks of Rodin fail, 3 in a row by now, the last with "
                                + kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".",
                        "INFO Checks of Rodin succeed again.");
    }

    @Test
    void fewFailuresAndErrorsOfCallersAreNotLogged() {
        for (int i = 0; i < 60; i++) {
            fail(2, LookupFailure.of(Kind.UPSTREAM_TIMEOUT));
            fail(1, LookupFailure.of(Kind.TASK_NOT_FOUND));
            fail(3, LookupFailure.of(Kind.INVALID_KEY));
            fail(9, LookupFailure.of(Kind.UPSTREAM_UNAVAILABLE).withoutCall());
            succeed(1);
        }

        assertThat(log.lines()).isEmpty();
    }

    @Test
    void refusalsThatAlternateWithSuccessesAreLoggedOnceAMinute() {
        for (int i = 0; i < 179; i++) {
            fail(1, LookupFailure.of(Kind.UPSTREAM_CREDENTIALS).withUpstreamCode("PERMISSION_DENIED"));
            succeed(1);
            time.advance(Duration.ofSeconds(1));
        }

        assertThat(log.lines()).hasSize(2 * 3);
    }

    @Test
    void lastingRefusalIsLoggedEvenRightAfterAnother() {
        fail(1, LookupFailure.of(Kind.UPSTREAM_CREDENTIALS));
        succeed(1);
        for (int i = 0; i < 70; i++) {
            fail(1, LookupFailure.of(Kind.UPSTREAM_CREDENTIALS));
            time.advance(Duration.ofSeconds(1));
        }

        assertThat(log.lines()).hasSize(3).last().asString().startsWith("WARN Rodin refuses the API key");
    }

    @Test
    void endOfACheckDoesNotWaitForTheLogLineOfAnother() throws Exception {
        // Given a log that takes its time
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        Handler slow = new SlowLog(writing, written);
        Logger logger = Logger.getLogger(CheckStateLog.class.getName());
        logger.addHandler(slow);
        try {
            CompletableFuture<Void> first =
                    CompletableFuture.runAsync(() -> fail(1, LookupFailure.of(Kind.UPSTREAM_CREDENTIALS)));
            assertThat(writing.await(5, TimeUnit.SECONDS)).isTrue();

            // When
            CompletableFuture<Void> second =
                    CompletableFuture.runAsync(() -> fail(1, LookupFailure.of(Kind.UPSTREAM_CREDENTIALS)));

            // Then
            assertThat(second).succeedsWithin(Duration.ofSeconds(5));
            assertThat(first).isNotDone();
            written.countDown();
            assertThat(first).succeedsWithin(Duration.ofSeconds(5));
        } finally {
            written.countDown();
            logger.removeHandler(slow);
        }
    }

    @Test
    void checkWithoutAPermitForARetryIsNotLoggedAsAPause() {
        fail(1, LookupFailure.of(Kind.UPSTREAM_THROTTLED));

        assertThat(log.lines()).singleElement().asString().startsWith("WARN The budget of checks is exhausted");
    }

    private void fail(int times, LookupFailure failure) {
        for (int i = 0; i < times; i++) {
            checks.ended(failure);
        }
    }

    private void succeed(int times) {
        for (int i = 0; i < times; i++) {
            checks.ended(null);
        }
    }

    /** Signals when it writes, and writes until it is released. */
    private static final class SlowLog extends Handler {

        private final CountDownLatch writing;
        private final CountDownLatch written;

        SlowLog(CountDownLatch writing, CountDownLatch written) {
            this.writing = writing;
            this.written = written;
        }

        @Override
        public void publish(LogRecord message) {
            writing.countDown();
            try {
                written.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
