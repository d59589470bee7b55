package dev.rodingateway.rodin.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final long SECOND = 1_000_000_000L;

    /** Shares of a budget of 80 gain a permit every two seconds and hold ten. */
    private final TokenBucket one = new TokenBucket(80);

    private final TokenBucket other = new TokenBucket(80);

    @Test
    void startsWithAnEighthOfTheBudgetButAtLeastOnePermit() {
        assertThat(one.permits()).isEqualTo(10);
        assertThat(new TokenBucket(1).permits()).isOne();
        assertThat(new TokenBucket(100_000).permits()).isEqualTo(12_500);
    }

    @Test
    void bothRefillAtHalfTheRate() {
        // Given
        empty(one);
        empty(other);

        // When
        TokenBucket.refill(one, other, 4 * SECOND);

        // Then
        assertThat(one.permits()).isEqualTo(2);
        assertThat(other.permits()).isEqualTo(2);
    }

    @Test
    void overflowOfAFullBucketGoesToTheOther() {
        empty(one);
        TokenBucket.refill(one, other, 4 * SECOND);
        assertThat(one.permits()).isEqualTo(4);

        empty(one);
        TokenBucket.refill(other, one, 4 * SECOND);
        assertThat(one.permits()).isEqualTo(4);
    }

    @Test
    void noBucketExceedsItsCapacity() {
        empty(one);
        TokenBucket.refill(one, other, Long.MAX_VALUE);
        assertThat(one.permits()).isEqualTo(10);
        assertThat(other.permits()).isEqualTo(10);
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
    void waitsAreExactToTheNanosecond() {
        // Given
        empty(one);
        empty(other);

        // Then
        assertThat(one.nanosUntil(3, other, 0)).isEqualTo(6 * SECOND);
        assertThat(one.nanosUntil(12, other, 0)).isEqualTo(22 * SECOND);
        assertThat(one.nanosUntil(12, other, 1)).isEqualTo(23 * SECOND);
        assertThat(new TokenBucket(80).nanosUntil(10, other, 0)).isZero();
    }

    /** Why {@link SlidingWindow} is there for tiny budgets only; the largest ones are sampled. */
    @Test
    void fromABudgetOfFourOnTheBucketsAloneKeepTheLimit() {
        IntStream budgets = IntStream.concat(IntStream.rangeClosed(1, 500), IntStream.of(1999, 2000, 99_999, 100_000));

        assertThat(budgets.filter(perMinute -> mostInAMinute(perMinute) > perMinute))
                .containsExactly(1, 2, 3);
    }

    /**
     * Returns the most permits that two full buckets give in less than 60 s. One bucket is emptied as it refills, the other
     * together with it, or only at the end, so that its share flows over until then.
     */
    private static int mostInAMinute(int perMinute) {
        return Math.max(takenInAMinute(perMinute, true), takenInAMinute(perMinute, false));
    }

    private static int takenInAMinute(int perMinute, boolean bothAtOnce) {
        TokenBucket first = new TokenBucket(perMinute);
        TokenBucket second = new TokenBucket(perMinute);
        int taken = empty(first) + (bothAtOnce ? empty(second) : 0);
        for (long left = 60 * SECOND - 1; left > 0; ) {
            long next = Math.min(left, Math.max(1, first.nanosUntil(1, second, 0)));
            TokenBucket.refill(first, second, next);
            left -= next;
            taken += empty(first) + (bothAtOnce ? empty(second) : 0);
        }
        return taken + empty(second);
    }

    private static int empty(TokenBucket bucket) {
        int taken = 0;
        while (bucket.permits() > 0) {
            bucket.take();
            taken++;
        }
        return taken;
    }
}
