package dev.rodingateway.shared.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.shared.SharedOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeCodecTest {

    private static final long CHECKED_AT = 1_795_000_000_000L;

    /** A replica estimates the store's time from the last reply, which may have been delayed on its way back. */
    @ParameterizedTest
    @ValueSource(longs = {-200, -27, -1, 0, 1, 27, 200})
    void replicasDateAStatusAlikeHoweverTheyEstimateTheTimeOfTheStore(long errorMillis) {
        SharedOutcome.Status status = read(CHECKED_AT + errorMillis);

        assertThat(status.checkedAt()).isEqualTo(Instant.ofEpochMilli(CHECKED_AT));
        assertThat(status.age()).isEqualTo(Duration.ofMillis(Math.max(0, errorMillis)));
    }

    @Test
    void statusIsNotFromTheFuture() {
        Duration tooFar = Duration.ofHours(1);

        SharedOutcome.Status status = read(CHECKED_AT - tooFar.toMillis());

        assertThat(status.checkedAt()).isBefore(Instant.ofEpochMilli(CHECKED_AT).minus(tooFar.dividedBy(2)));
        assertThat(status.age()).isZero();
    }

    private static SharedOutcome.Status read(long nowMillis) {
        Map<String, String> entry = Map.of(
                "k", "L", "t", "7", "a", Long.toString(CHECKED_AT), "o", "100", "l", "60000", "p", "[[\"j-1\",\"g\"]]");
        SharedOutcome outcome = OutcomeCodec.entry(entry, TimeUnit.MILLISECONDS.toMicros(nowMillis));
        assertThat(outcome).isInstanceOf(SharedOutcome.Status.class);
        return (SharedOutcome.Status) outcome;
    }
}
