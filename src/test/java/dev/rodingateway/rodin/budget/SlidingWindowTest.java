package dev.rodingateway.rodin.budget;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlidingWindowTest {

    private static final long SECOND = 1_000_000_000L;

    private final SlidingWindow window = new SlidingWindow(2);

    @Test
    void emptyWindowAllowsAsManyAsItHolds() {
        assertThat(window.nanosUntil(1, 0)).isZero();
        assertThat(window.nanosUntil(2, 0)).isZero();
        assertThat(window.nanosUntil(3, 0)).isEqualTo(60 * SECOND);
        assertThat(window.nanosUntil(6, 0)).isEqualTo(120 * SECOND);
    }

    @Test
    void nextGrantIsAWholeWindowAfterTheOneItDisplaces() {
        // Given
        window.add(5 * SECOND);
        window.add(15 * SECOND);

        // Then
        assertThat(window.nanosUntil(1, 20 * SECOND)).isEqualTo(45 * SECOND);
        assertThat(window.nanosUntil(2, 20 * SECOND)).isEqualTo(55 * SECOND);
        assertThat(window.nanosUntil(3, 20 * SECOND)).isEqualTo(105 * SECOND);
        assertThat(window.nanosUntil(1, 65 * SECOND - 1)).isEqualTo(1);
        assertThat(window.nanosUntil(1, 65 * SECOND)).isZero();
    }

    @Test
    void aWindowOfOneHoldsOne() {
        SlidingWindow one = new SlidingWindow(1);
        one.add(0);
        one.add(60 * SECOND);
        assertThat(one.nanosUntil(1, 70 * SECOND)).isEqualTo(50 * SECOND);
    }

    @Test
    void epochDoesNotMatter() {
        window.add(Long.MAX_VALUE);
        window.add(Long.MIN_VALUE);
        assertThat(window.nanosUntil(1, Long.MIN_VALUE + 9)).isEqualTo(60 * SECOND - 10);
    }
}
