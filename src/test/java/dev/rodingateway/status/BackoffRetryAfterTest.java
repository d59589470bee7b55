package dev.rodingateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.status.freshness.Backoff;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackoffRetryAfterTest {

    private static final TaskKey KEY = new TaskKey("a-key");
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final Backoff backoff = new Backoff(10, Ticker.disabledTicker(), () -> 0.5);

    @ParameterizedTest
    @EnumSource(names = {"UPSTREAM_ERROR", "UPSTREAM_THROTTLED"})
    void delayIsAtLeastTheRetryAfterOfRodin(Kind kind) {
        LookupFailure failure = LookupFailure.of(kind).withRetryAfter(Duration.ofMinutes(5));

        assertThat(backoff.failed(KEY, failure, SHORTEST)).isEqualTo(Duration.ofMinutes(5));
        assertThat(backoff.failed(KEY, failure, SHORTEST)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void repeatedFailuresDelayLongerThanAShortRetryAfter() {
        LookupFailure failure = LookupFailure.of(Kind.UPSTREAM_ERROR).withRetryAfter(Duration.ofSeconds(1));

        for (int i = 0; i < 10; i++) {
            backoff.failed(KEY, failure, SHORTEST);
        }

        assertThat(backoff.failed(KEY, failure, SHORTEST)).isGreaterThan(Duration.ofSeconds(10));
    }

    @Test
    void retryAfterOfTheGatewayItselfDoesNotDelayTheNextCheck() {
        LookupFailure failure = LookupFailure.of(Kind.UPSTREAM_UNAVAILABLE).withRetryAfter(Duration.ofSeconds(10));

        assertThat(backoff.failed(KEY, failure, SHORTEST)).isLessThan(Duration.ofSeconds(3));
    }
}
