package dev.rodingateway.rodin.budget;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final long SECOND = 1_000_000_000L;

    /** Shares of a budget of 80 gain a check every two seconds and hold ten. */
    private final TokenBucket one = new TokenBucket(80);

    private final TokenBucket other = new TokenBucket(80);

    @Test
    void startsWithAnEighthOfTheBudgetButAtLeastOneCheck() {
        assertThat(one.checks()).isEqualTo(10);
        assertThat(new TokenBucket(1).checks()).isOne();
        assertThat(new TokenBucket(100_000).checks()).isEqualTo(12_500);
    }

    @Test
    void bothRefillAtHalfTheRate() {
        // Given
        empty(one);
        empty(other);

        // When
        TokenBucket.refill(one, other, 4 * SECOND);

        // Then
        assertThat(one.checks()).isEqualTo(2);
        assertThat(other.checks()).isEqualTo(2);
    }

    @Test
    void whatAFullOneCannotHoldFlowsOver() {
        empty(one);
        TokenBucket.refill(one, other, 4 * SECOND);
        assertThat(one.checks()).isEqualTo(4);

        empty(one);
        TokenBucket.refill(other, one, 4 * SECOND);
        assertThat(one.checks()).isEqualTo(4);
    }

    @Test
    void noneHoldsMoreThanItsBurstHoweverLongItTakes() {
        empty(one);
        TokenBucket.refill(one, other, Long.MAX_VALUE);
        assertThat(one.checks()).isEqualTo(10);
        assertThat(other.checks()).isEqualTo(10);
    }

    @Test
    void noNanosecondIsLost() {
        // Given
        empty(one);

        // When
        for (int i = 0; i < 1000; i++) {
            TokenBucket.refill(one, other, 999_999);
        }

        // Then
        assertThat(one.nanosUntil(1, other, 0)).isEqualTo(1000);
    }

    @Test
    void waitsAreToldToTheNanosecond() {
        // Given
        empty(one);
        empty(other);

        // Then
        assertThat(one.nanosUntil(3, other, 0)).isEqualTo(6 * SECOND);
        assertThat(one.nanosUntil(12, other, 0)).isEqualTo(22 * SECOND);
        assertThat(one.nanosUntil(12, other, 1)).isEqualTo(23 * SECOND);
        assertThat(new TokenBucket(80).nanosUntil(10, other, 0)).isZero();
    }

    private static void empty(TokenBucket bucket) {
        while (bucket.checks() > 0) {
            bucket.take();
        }
    }
}
