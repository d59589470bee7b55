package dev.rodingateway.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.api.ListLimit;
import dev.rodingateway.rodin.http.TransportFailures;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RetryDelayTest {

    @Test
    void delayIsSpreadUpwards() {
        List<Duration> delays = Stream.generate(() -> RetryDelay.spread(Duration.ofSeconds(10)))
                .limit(1000)
                .toList();

        assertThat(delays)
                .allSatisfy(delay -> assertThat(delay).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(15)));
        assertThat(delays.stream().map(Duration::toSeconds)).contains(10L, 11L, 12L, 13L, 14L);
    }

    /** Streams above the limit and the circuit breaker are in TooManyWatchersTest and CircuitBreakerTest. */
    @ParameterizedTest
    @MethodSource("refusals")
    void callersThatAreRefusedTogetherDoNotReturnTogether(Supplier<Object> delay) {
        assertThat(Stream.generate(delay).limit(50).distinct()).hasSizeGreaterThan(1);
    }

    static Stream<Named<Supplier<Object>>> refusals() {
        return Stream.of(
                Named.of("too many lists", () -> ListLimit.full().getResponse().getHeaderString("Retry-After")),
                Named.of("Rodin cannot be reached", () -> TransportFailures.classify(new IOException())
                        .retryAfter()));
    }
}
