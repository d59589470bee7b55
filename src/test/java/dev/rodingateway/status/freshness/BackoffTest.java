package dev.rodingateway.status.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.status.ManualTime;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    private static final TaskKey KEY = new TaskKey("a-key");
    private static final LookupFailure FAILURE = LookupFailure.of(Kind.UPSTREAM_ERROR);

    private final ManualTime time = new ManualTime();
    private double random = 0.5;
    private final Backoff backoff = new Backoff(100, time, () -> random);

    @Test
    void delayIncreasesFromAQuarterOfASecondToFifteenSecondsWithJitter() {
        long[] millis = new long[8];

        for (int i = 0; i < millis.length; i++) {
            millis[i] = backoff.failed(KEY, FAILURE, Duration.ofMillis(1)).toMillis();
        }
        random = 0.999_999;
        Duration longest = backoff.failed(KEY, FAILURE, Duration.ofMillis(1));

        assertThat(longest).isEqualTo(Backoff.LONGEST);
        assertThat(millis).containsExactly(250, 500, 1000, 2000, 4000, 8000, 12_500, 12_500);
    }

    /** Many live tasks share the budget, so that each is checked less often than every 15 s even without failures. */
    @ParameterizedTest
    @CsvSource({
        "PT4S, 0, PT4S",
        "PT4S, 0.5, PT4.8S",
        "PT14S, 0.75, PT18.2S",
        "PT15S, 0.5, PT18S",
        "PT40S, 0, PT40S",
        "PT40S, 0.25, PT44S",
        "PT40S, 0.75, PT52S"
    })
    void itIsNeverShorterThanTheTimeBetweenTwoChecksInHealthAndJitteredUpwardsFromIt(
            Duration betweenChecks, double jitter, Duration expected) {
        random = jitter;

        assertThat(backoff.failed(KEY, FAILURE, betweenChecks)).isEqualTo(expected);
    }

    @Test
    void delayIsNotShorterWhenTheStateOfTheTaskIsNoLongerCached() {
        random = 0;
        Duration ofWaitingTasks = Duration.ofMinutes(4);
        backoff.failed(KEY, FAILURE, ofWaitingTasks);
        time.advance(ofWaitingTasks);

        assertThat(backoff.failed(KEY, FAILURE, Duration.ofSeconds(2))).isEqualTo(ofWaitingTasks);
        backoff.succeeded(KEY);
        assertThat(backoff.failed(KEY, FAILURE, Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void delayIsResetAfterASuccessOrAMinute() {
        backoff.failed(KEY, FAILURE, Duration.ZERO);
        backoff.failed(KEY, FAILURE, Duration.ZERO);
        backoff.succeeded(KEY);
        assertThat(backoff.failed(KEY, FAILURE, Duration.ZERO)).isEqualTo(Backoff.FIRST);

        time.advance(Duration.ofMinutes(1));
        assertThat(backoff.failed(KEY, FAILURE, Duration.ZERO)).isEqualTo(Backoff.FIRST);
    }

    @Test
    void delayAfterAFailureWithoutACallIsShortAndConstant() {
        LookupFailure refused = FAILURE.withRetryAfter(Duration.ofSeconds(3)).withoutCall();

        assertThat(backoff.failed(KEY, refused, Duration.ofSeconds(40))).isEqualTo(Backoff.NOT_CALLED);
        assertThat(backoff.failed(KEY, refused, Duration.ofSeconds(40))).isEqualTo(Backoff.NOT_CALLED);
        assertThat(backoff.failed(KEY, FAILURE, Duration.ZERO)).isEqualTo(Backoff.FIRST);
    }
}
