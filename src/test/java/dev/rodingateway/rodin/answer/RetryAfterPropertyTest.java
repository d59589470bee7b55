package dev.rodingateway.rodin.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class RetryAfterPropertyTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T19:17:46Z"));

    @Property(tries = 1000)
    void delayIsBetweenASecondAndFiveMinutesForAnyHeader(@ForAll String header, @ForAll long number) {
        assertThat(RetryAfter.delay(header, CLOCK)).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(5));
        assertThat(RetryAfter.delay(Long.toString(number), CLOCK))
                .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(5));
    }
}
