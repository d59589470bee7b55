package dev.rodingateway.rodin.breaker;

import dev.rodingateway.rodin.CheckResult;
import dev.rodingateway.rodin.RateLimiter;
import dev.rodingateway.rodin.answer.RetryAfter;
import dev.rodingateway.rodin.answer.StatusNormalizer;
import dev.rodingateway.rodin.http.Check;
import dev.rodingateway.rodin.http.RodinCall;
import dev.rodingateway.rodin.http.RodinResponse;
import dev.rodingateway.rodin.http.ServerFailure;
import dev.rodingateway.rodin.http.TransportFailures;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Objects;

/** Calls Rodin if the circuit breaker and the rate limiter allow it, and pauses all checks after a 429. */
@Singleton
public final class GuardedRodin {

    private final RodinCall call;
    private final RateLimiter limiter;
    private final CircuitBreaker breaker;
    private final StatusNormalizer normalizer = new StatusNormalizer(InstantSource.system());

    @Inject
    public GuardedRodin(RodinCall call, RateLimiter limiter, CircuitBreaker breaker) {
        this.call = call;
        this.limiter = limiter;
        this.breaker = breaker;
    }

    /**
     * Calls Rodin, each time it is subscribed to. Consults the circuit breaker before it waits for a permit, so that callers
     * learn of an outage at once.
     *
     * @return the status of the task, or a {@link LookupFailure}: one {@link LookupFailure#withoutCall} if no call was made
     */
    public Uni<CheckResult> check(Check check) {
        return Uni.createFrom()
                .deferred(() -> breaker.isOpen()
                        ? Uni.createFrom().<Void>failure(breaker.open())
                        : limiter.acquire(check.purpose(), check.deadline()))
                .onFailure(LookupFailure.class)
                .transform(refused -> refused.withoutCall())
                .chain(() -> breaker.guard(() -> call.call(check)))
                .onFailure(ServerFailure.class)
                .recoverWithItem(failure -> failure.response())
                .onFailure()
                .transform(TransportFailures::classify)
                .map(this::read);
    }

    private CheckResult read(RodinResponse answer) {
        try {
            return new CheckResult(normalizer.normalize(answer), answer.took());
        } catch (LookupFailure failure) {
            if (failure.kind() == Kind.UPSTREAM_THROTTLED) {
                limiter.pauseFor(Objects.requireNonNullElse(failure.retryAfter(), RetryAfter.DEFAULT));
            }
            throw failure;
        }
    }
}
