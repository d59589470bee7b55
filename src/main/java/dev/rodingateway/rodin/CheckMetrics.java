package dev.rodingateway.rodin;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.breaker.CircuitBreaker;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;

/** Counts checks by outcome and measures their duration. */
@Singleton
final class CheckMetrics {

    private static final String CHECKS = "rodin.checks";

    /** From good to unusable; each further bucket would be one more series per outcome. */
    private static final Duration[] BUCKETS = Stream.of(50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry meters;
    private final Counter unknownStatuses;

    @Inject
    CheckMetrics(MeterRegistry meters, RateLimiter limiter, CircuitBreaker breaker) {
        this.meters = meters;
        this.unknownStatuses = Counter.builder("rodin.jobs.unknown.status")
                .description("Jobs with a status that the gateway does not know")
                .register(meters);
        Gauge.builder("rodin.budget.left", limiter, RateLimiter::left)
                .description("Checks that could start right now")
                .register(meters);
        Gauge.builder("rodin.pause.seconds", limiter, l -> l.paused().toMillis() / 1000.0)
                .description("Remaining seconds of the pause after a 429 from Rodin")
                .register(meters);
        Gauge.builder("rodin.breaker.state", breaker, CircuitBreaker::stateNumber)
                .description("0 closed, 1 half open, 2 open")
                .register(meters);
        timer("answered");
    }

    /** Returns the check, measured each time it is subscribed to. */
    Uni<CheckResult> measure(Uni<CheckResult> check) {
        return Uni.createFrom().deferred(() -> {
            long begun = Ticker.systemTicker().read();
            return check.onItemOrFailure().invoke((checked, failure) -> {
                Duration taken = Duration.ofNanos(Ticker.systemTicker().read() - begun);
                timer(failure == null ? "answered" : outcome(failure)).record(taken);
                if (checked != null) {
                    unknownStatuses.increment(unknown(checked.status()));
                }
            });
        });
    }

    private Timer timer(String outcome) {
        return Timer.builder(CHECKS)
                .description("Checks of Rodin by outcome, waiting for the budget included")
                .tag("outcome", outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
    }

    private static String outcome(Throwable failure) {
        if (!(failure instanceof LookupFailure known)) {
            return "bug";
        }
        String kind = known.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return known.rodinCalled() ? kind : "not-asked";
    }

    private static double unknown(TaskStatus status) {
        return status.jobs().stream()
                .filter(job -> job.status() == JobStatus.UNKNOWN)
                .count();
    }
}
