package dev.rodingateway.rodin;

import dev.rodingateway.task.LookupFailure;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Asks Rodin when the breaker lets it and the budget has a check left. */
@Singleton
final class GuardedRodin {

    private final Call call;
    private final Budget budget;
    private final Breaker breaker;

    @Inject
    GuardedRodin(Call call, Budget budget, Breaker breaker) {
        this.call = call;
        this.budget = budget;
        this.breaker = breaker;
    }

    /**
     * Asks, each time it is subscribed to. An open breaker is found out before a turn in the budget is waited for, so that
     * an outage is told at once.
     *
     * @return Rodin's answer, of whatever code, or a {@link LookupFailure}
     */
    Uni<RodinResponse> ask(Check check) {
        return Uni.createFrom()
                .deferred(() -> breaker.isOpen()
                        ? Uni.createFrom().<Void>failure(breaker.open())
                        : budget.acquire(check.purpose(), check.deadline()))
                .onFailure(LookupFailure.class)
                .transform(refused -> refused.withoutAsking())
                .chain(() -> breaker.guard(() -> call.ask(check)))
                .onFailure(ServerFailure.class)
                .recoverWithItem(failure -> failure.response())
                .onFailure()
                .transform(TransportFailures::classify);
    }
}
