package dev.rodingateway.rodin;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Reports how checks end to operators: by metrics each time, and in the log when the state of Rodin has changed. */
@Singleton
final class CheckReports {

    private final CheckMetrics metrics;
    private final CheckStateLog log;

    @Inject
    CheckReports(CheckMetrics metrics, CheckStateLog log) {
        this.metrics = metrics;
        this.log = log;
    }

    /** Returns the check, reported each time it is subscribed to. */
    Uni<CheckResult> report(Uni<CheckResult> check) {
        return metrics.measure(check).onItemOrFailure().invoke((checked, failure) -> log.ended(failure));
    }
}
