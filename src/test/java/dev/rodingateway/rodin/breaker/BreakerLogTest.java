package dev.rodingateway.rodin.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rodingateway.rodin.token.LogOf;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BreakerLogTest {

    private final LogOf log = new LogOf(CircuitBreaker.class);
    private final BreakerLog breaker = new BreakerLog();

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void outageIsThreeLinesHoweverLongItLasts() {
        for (int outage = 1; outage <= 2; outage++) {
            for (int trial = 0; trial < 10; trial++) {
                breaker.changed(CircuitBreakerState.OPEN);
                breaker.changed(CircuitBreakerState.HALF_OPEN);
            }
            breaker.changed(CircuitBreakerState.CLOSED);

            assertThat(log.lines()).hasSize(3 * outage);
        }
        assertThat(log.lines().subList(3, 6))
                .containsExactly(
                        "WARN Rodin fails: the breaker is open. Until Rodin recovers, what is known is served stale.",
                        "INFO The breaker is half open: one call every few seconds finds out whether Rodin has recovered.",
                        "INFO Rodin has recovered: the breaker is closed.");
    }
}
