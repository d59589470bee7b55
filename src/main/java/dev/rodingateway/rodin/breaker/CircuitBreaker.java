package dev.rodingateway.rodin.breaker;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.budget.Once;
import dev.rodingateway.rodin.http.RodinApiProducer;
import dev.rodingateway.rodin.http.RodinResponse;
import dev.rodingateway.rodin.http.ServerFailure;
import dev.rodingateway.rodin.http.TransportFailures;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
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
 * Spares a Rodin that is down: after {@value #OF} calls of which three quarters failed, no call is made until
 * {@value #OPEN_SECONDS} s have passed; then one call at a time finds out whether it is back.
 *
 * <p>Failures are what says that Rodin is down: a connection that fails or breaks off, the time limit, a 5xx that is a
 * {@link ServerFailure}. Never an answer about one task, or what should have been one: a 4xx, a 500, a refusal by body, an
 * answer that is too large or cannot be read. Otherwise a caller with a handful of odd keys could shut out all others.
 * No more calls are under way than there are connections: one that waited for a connection would be sent after its
 * caller has gone. One too many is refused at once, and to the breaker it has neither failed nor succeeded.
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
     * Makes the call unless the breaker is open: then fails with {@link #open()}; or all connections are in use: then with
     * {@link Kind#UPSTREAM_THROTTLED}.
     */
    public Uni<RodinResponse> guard(Supplier<Uni<RodinResponse>> call) {
        return Uni.createFrom()
                .deferred(() -> connections.tryAcquire()
                        ? unlessOpen(call).onTermination().invoke(Once.of(connections::release))
                        : Uni.createFrom().failure(oneTooMany()));
    }

    /** Returns whether a call would surely not be made now; while half open, the guard itself lets one through. */
    boolean isOpen() {
        return switch (state) {
            case CLOSED, HALF_OPEN -> false;
            case OPEN -> !remaining().isZero();
        };
    }

    /** Returns what callers are told while the breaker is open. */
    LookupFailure open() {
        Duration remaining = remaining();
        Duration comeBack = remaining.isZero() ? Duration.ofSeconds(1) : remaining;
        return LookupFailure.of(Kind.UPSTREAM_UNAVAILABLE)
                .withRetryAfter(comeBack)
                .withoutAsking();
    }

    /** Returns 0 when closed, 1 while one call finds out whether Rodin is back, 2 when open. */
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
                .withRetryAfter(Duration.ofSeconds(1))
                .withoutAsking();
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
