package dev.rodingateway.rodin.breaker;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.http.Once;
import dev.rodingateway.rodin.http.RodinApiProducer;
import dev.rodingateway.rodin.http.RodinResponse;
import dev.rodingateway.rodin.http.ServerFailure;
import dev.rodingateway.rodin.http.TransportFailures;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import dev.rodingateway.task.RetryDelay;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.TypedGuard;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.util.TypeLiteral;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;

/**
 * Stops calls while Rodin is down: after {@value #OF} calls of which three quarters failed, no call is made for
 * {@value #OPEN_SECONDS} s; then one call at a time finds out whether Rodin has recovered.
 *
 * <p>A failure is a sign that Rodin is down: a failed or broken connection, a timeout, a 5xx that is a {@link ServerFailure}.
 * Never a response about one task, valid or not: a 4xx, a 500, a refusal in the body, a response that is too large or cannot
 * be parsed. Otherwise a caller with a handful of odd keys could block all others.
 *
 * <p>At most as many calls are in flight as there are connections: one that waited for a connection would be sent after its
 * caller has gone. One more is refused at once, which the circuit breaker counts neither as a failure nor as a success.
 */
public final class CircuitBreaker {

    public static final int OF = 8;
    static final int OPEN_SECONDS = 5;

    private static final double SHARE_OF_FAILURES = 0.75;

    private final TypedGuard<Uni<RodinResponse>> guard;
    private final Semaphore connections = new Semaphore(RodinApiProducer.CONNECTIONS);
    private final BreakerLog log = new BreakerLog();
    private final Ticker ticker;
    private volatile CircuitBreakerState state = CircuitBreakerState.CLOSED;
    private volatile long openedAt;

    public CircuitBreaker(Ticker ticker) {
        this.ticker = ticker;
        this.guard = TypedGuard.create(new TypeLiteral<Uni<RodinResponse>>() {})
                .withCircuitBreaker()
                .requestVolumeThreshold(OF)
                .failureRatio(SHARE_OF_FAILURES)
                .when(TransportFailures::isOutage)
                .delay(OPEN_SECONDS, ChronoUnit.SECONDS)
                .successThreshold(1)
                .onStateChange(this::changed)
                .done()
                .build();
    }

    /**
     * Makes the call; fails with {@link #open()} while the circuit breaker is open, and with
     * {@link Kind#UPSTREAM_THROTTLED} while all connections are in use.
     */
    public Uni<RodinResponse> guard(Supplier<Uni<RodinResponse>> call) {
        return Uni.createFrom()
                .deferred(() -> connections.tryAcquire()
                        ? unlessOpen(call).onTermination().invoke(Once.of(connections::release))
                        : Uni.createFrom().failure(oneTooMany()));
    }

    /** Returns whether no call would be made now; while half open, the guard itself allows one. */
    boolean isOpen() {
        return switch (state) {
            case CLOSED, HALF_OPEN -> false;
            case OPEN -> !remaining().isZero();
        };
    }

    /** Returns the failure for callers while the circuit breaker is open. */
    LookupFailure open() {
        Duration remaining = remaining();
        Duration retryAfter = remaining.isZero() ? Duration.ofSeconds(1) : remaining;
        return LookupFailure.of(Kind.UPSTREAM_UNAVAILABLE)
                .withRetryAfter(RetryDelay.spread(retryAfter))
                .withoutCall();
    }

    /** Returns 0 when closed, 1 when half open, 2 when open. */
    public int stateNumber() {
        return switch (state) {
            case CLOSED -> 0;
            case HALF_OPEN -> 1;
            case OPEN -> 2;
        };
    }

    private Uni<RodinResponse> unlessOpen(Supplier<Uni<RodinResponse>> call) {
        return Uni.createFrom()
                .deferred(() -> guard.get(call))
                .onFailure(CircuitBreakerOpenException.class)
                .transform(prevented -> open());
    }

    private static LookupFailure oneTooMany() {
        return LookupFailure.of(Kind.UPSTREAM_THROTTLED)
                .withRetryAfter(RetryDelay.spread(Duration.ofSeconds(1)))
                .withoutCall();
    }

    private Duration remaining() {
        long left = Duration.ofSeconds(OPEN_SECONDS).toNanos() - (ticker.read() - openedAt);
        return Duration.ofNanos(Math.max(0, left));
    }

    private void changed(CircuitBreakerState now) {
        if (now == CircuitBreakerState.OPEN) {
            openedAt = ticker.read();
        }
        log.changed(now);
        state = now;
    }
}
