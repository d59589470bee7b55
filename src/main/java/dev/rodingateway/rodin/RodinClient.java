package dev.rodingateway.rodin;

import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Client for Rodin's status API. Created at startup, so that invalid configuration fails fast. */
@Startup
@Singleton
public final class RodinClient {

    private final AuthenticatedRodin rodin;
    private final Budget budget;
    private final RodinEndpoint endpoint;
    private final CheckReports reports;

    @Inject
    RodinClient(AuthenticatedRodin rodin, Budget budget, RodinEndpoint endpoint, CheckReports reports) {
        this.rodin = rodin;
        this.budget = budget;
        this.endpoint = endpoint;
        this.reports = reports;
    }

    /**
     * Asks Rodin where a task stands, each time it is subscribed to. Each call takes a permit of the budget: the first
     * try, the second where the first broke off, and the try with another API key where Rodin refused the first.
     *
     * @return the status and how long Rodin took, or a {@link LookupFailure} and nothing else; either before
     *     {@code GATEWAY_UPSTREAM_TIMEOUT} is over, waiting for permits included
     */
    public Uni<Checked> check(TaskKey key, Purpose purpose) {
        return reports.report(rodin.ask(key, purpose));
    }

    /** Checks like {@link #check}, but on none of the connections that are open at the time of the subscription. */
    public Uni<Checked> checkOnNewConnection(TaskKey key, Purpose purpose) {
        return Uni.createFrom().deferred(() -> {
            endpoint.retireConnections();
            return check(key, purpose);
        });
    }

    /** Returns how many refreshes a second the budget allows in the long run, as {@link Budget#refreshesPerSecond()}. */
    public double refreshesPerSecond() {
        return budget.refreshesPerSecond();
    }
}
