package dev.rodingateway.rodin;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.task.JobStatus;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;

/** Counts what checks come to and how long they take. */
@Singleton
final class CheckMetrics {

    private static final String CHECKS = "rodin.checks";

    private final MeterRegistry meters;
    private final Counter unknownStatuses;

    @Inject
    CheckMetrics(MeterRegistry meters, Budget budget, Breaker breaker) {
        this.meters = meters;
        this.unknownStatuses = Counter.builder("rodin.jobs.unknown.status")
                .description("Jobs whose status was a word that the gateway does not know")
                .register(meters);
        meters.gauge("rodin.budget.left", budget, Budget::left);
        meters.gauge("rodin.pause.seconds", budget, b -> b.paused().toMillis() / 1000.0);
        meters.gauge("rodin.breaker.state", breaker, Breaker::stateNumber);
        timer("answered");
    }

    /** Returns the check, measured each time it is subscribed to. */
    Uni<Checked> measure(Uni<Checked> check) {
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
                .description("Checks of Rodin by what they came to, waiting for the budget included")
                .tag("outcome", outcome)
                .register(meters);
    }

    private static String outcome(Throwable failure) {
        if (!(failure instanceof LookupFailure known)) {
            return "bug";
        }
        String kind = known.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return known.asked() ? kind : "not-asked";
    }

    private static double unknown(TaskStatus status) {
        return status.jobs().stream()
                .filter(job -> job.status() == JobStatus.UNKNOWN)
                .count();
    }
}
