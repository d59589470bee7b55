package dev.rodingateway.rodin;

import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.TaskKey;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;

/** The one door to Rodin; built at start, so that a setting it cannot live with is told at once. */
@Startup
@Singleton
public final class RodinClient {

    private static final int UNAUTHORIZED = 401;

    private final GuardedRodin rodin;
    private final Budget budget;
    private final BearerTokens tokens;
    private final CheckMetrics metrics;
    private final RodinEndpoint endpoint;
    private final StatusNormalizer normalizer = new StatusNormalizer(InstantSource.system());

    @Inject
    RodinClient(GuardedRodin rodin, Budget budget, BearerTokens tokens, CheckMetrics metrics, RodinEndpoint endpoint) {
        this.rodin = rodin;
        this.budget = budget;
        this.tokens = tokens;
        this.metrics = metrics;
        this.endpoint = endpoint;
    }

    /**
     * Asks Rodin where a task stands, each time it is subscribed to: one check of the budget, two where the first try
     * broke off or a new API key was found.
     *
     * @return the status and how long Rodin took, or a {@link LookupFailure} and nothing else. Waiting for a turn in the budget is bounded by the
     *     purpose, each question from there on by {@code GATEWAY_UPSTREAM_TIMEOUT}
     */
    public Uni<Checked> check(TaskKey key, Purpose purpose) {
        Uni<Checked> check = rodin.ask(key, purpose)
                .chain(answer -> answer.httpStatus() == UNAUTHORIZED
                        ? askWithNewToken(answer, key, purpose)
                        : Uni.createFrom().item(answer))
                .map(answer -> new Checked(normalizer.normalize(answer), answer.took()))
                .onFailure(LookupFailure.class)
                .invoke(this::pauseIfThrottled);
        return metrics.measure(check);
    }

    /** Checks like {@link #check}, but on none of the connections that are open at the time of the subscription. */
    public Uni<Checked> checkOnNewConnection(TaskKey key, Purpose purpose) {
        return Uni.createFrom().deferred(() -> {
            endpoint.retireConnections();
            return check(key, purpose);
        });
    }

    /** Returns how many checks a second the budget allows in the long run. */
    public double checksPerSecond() {
        return budget.checksPerSecond();
    }

    /** Rodin refuses the key that we hold: perhaps the file holds another by now. */
    private Uni<RodinResponse> askWithNewToken(RodinResponse refusal, TaskKey key, Purpose purpose) {
        return Uni.createFrom()
                .item(tokens::reread)
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .chain(changed ->
                        changed ? rodin.ask(key, purpose) : Uni.createFrom().item(refusal));
    }

    private void pauseIfThrottled(Throwable failure) {
        if (failure instanceof LookupFailure refusal && refusal.kind() == Kind.UPSTREAM_THROTTLED && refusal.asked()) {
            Duration told = refusal.retryAfter();
            budget.pauseFor(told == null ? RetryAfter.DEFAULT : told);
        }
    }
}
