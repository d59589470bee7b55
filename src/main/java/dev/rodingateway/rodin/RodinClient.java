package dev.rodingateway.rodin;

import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import dev.rodingateway.task.TaskStatus;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Client for Rodin's status API. Created at startup, so that invalid configuration fails fast. */
@Startup
@Singleton
public final class RodinClient {

    private final ConfirmedRodin rodin;
    private final RateLimiter limiter;
    private final CheckReports reports;

    @Inject
    RodinClient(ConfirmedRodin rodin, RateLimiter limiter, CheckReports reports) {
        this.rodin = rodin;
        this.limiter = limiter;
        this.reports = reports;
    }

    /**
     * Asks Rodin where a task stands, each time it is subscribed to. Each call takes a permit of the budget: the first
     * try, the second where the first broke off, the try with another API key where Rodin refused the first, and the same
     * again on a new connection where the response contradicts what is known of the task.
     *
     * @param known the status that is known of the task, or null. A response that names none of its jobs, or says that
     *     there is no such task, is most likely that of another task; it is believed when it is given twice
     * @return the status and how long Rodin took, or a {@link LookupFailure} and nothing else; either before
     *     {@code GATEWAY_UPSTREAM_TIMEOUT} is over, waiting for permits included
     */
    public Uni<CheckResult> check(TaskKey key, RequestClass purpose, @Nullable TaskStatus known) {
        return reports.report(rodin.check(key, purpose, known));
    }

    /** Returns how many refreshes a second the budget allows in the long run, as {@link RateLimiter#refreshesPerSecond()}. */
    public double refreshesPerSecond() {
        return limiter.refreshesPerSecond();
    }
}
