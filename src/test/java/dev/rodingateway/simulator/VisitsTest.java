package dev.rodingateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VisitsTest {

    private final AtomicLong now = new AtomicLong(-5);
    private final Visits visits = new Visits(now::get);

    @Test
    void timeIsCountedFromTheFirstVisit() {
        assertThat(visits.visit("k")).isZero();
        now.addAndGet(Duration.ofSeconds(3).toNanos());
        assertThat(visits.visit("k")).isEqualTo(Duration.ofSeconds(3));
        now.addAndGet(Duration.ofSeconds(3).toNanos());
        assertThat(visits.visit("k")).isEqualTo(Duration.ofSeconds(6));
        assertThat(visits.of("k")).isEqualTo(3);
    }

    @Test
    void keyWithoutAVisitForADayIsRemoved() {
        visits.visit("k");
        now.addAndGet(Duration.ofDays(1).toNanos());

        assertThat(visits.of("k")).isZero();
        assertThat(visits.visit("k")).isZero();
    }

    @Test
    void numberOfKeysIsLimited() {
        int asked = Visits.REMEMBERED + 5_000;

        IntStream.range(0, asked).forEach(key -> visits.visit("k" + key));

        assertThat(IntStream.range(0, asked).filter(key -> visits.of("k" + key) > 0))
                .hasSizeLessThanOrEqualTo(Visits.REMEMBERED)
                .hasSizeGreaterThan(Visits.REMEMBERED / 2);
    }
}
