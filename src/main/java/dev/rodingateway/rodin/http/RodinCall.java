package dev.rodingateway.rodin.http;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.Deadline;
import dev.rodingateway.rodin.RateLimiter;
import dev.rodingateway.rodin.connection.IrregularResponse;
import dev.rodingateway.rodin.connection.StaleConnection;
import dev.rodingateway.task.LookupFailure;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpClosedException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Calls Rodin over HTTP until the check's deadline, with one retry where that is likely to help. */
@Singleton
public final class RodinCall {

    private static final Logger LOG = Logger.getLogger(RodinCall.class);

    /** How long a stop of the gateway waits for calls in flight to end. */
    private static final long LAST_CALLS_MS = 1000;

    /** Long enough for a proxy to notice that a server is gone, short beside any time limit. */
    private static final Duration RETRY_DELAY = Duration.ofMillis(100);

    private final RodinEndpoint rodin;
    private final RateLimiter limiter;
    private final Phaser inFlight = new Phaser(1);
    private volatile boolean stopping;
    private volatile boolean lastFailed;

    @Inject
    public RodinCall(RodinEndpoint rodin, RateLimiter limiter) {
        this.rodin = rodin;
        this.limiter = limiter;
    }

    /**
     * Calls Rodin, each time it is subscribed to. The retry takes a permit of the budget like any call; where there is none,
     * the result is the failure of the first call, unless that was a stale connection: then it is the budget's. The retry uses
     * a new connection, because connections of the same age often fail together. A single failure is retried, an outage is not:
     * after an outage there is no retry until a call has succeeded, except after a stale connection. Nor is there one where
     * Rodin sent a {@code Retry-After}, or where no time is left.
     *
     * @return a response about the task, or a failure: {@link ServerFailure}, the transport's own, or a {@link LookupFailure}
     *     of the budget after a stale connection
     */
    public Uni<RodinResponse> call(Check check) {
        return Uni.createFrom().deferred(() -> {
            long begun = Ticker.systemTicker().read();
            inFlight.register();
            Runnable ended = Once.of(inFlight::arriveAndDeregister);
            return callWithRetry(check)
                    .onTermination()
                    .invoke(ended)
                    .map(response -> response.withDuration(
                            Duration.ofNanos(Ticker.systemTicker().read() - begun)));
        });
    }

    private Uni<RodinResponse> callWithRetry(Check check) {
        Uni<RodinResponse> first = callOnce(check, rodin::check, rodin::mayBeKeptAlive);
        Uni<RodinResponse> second = callOnce(check, rodin::checkOnNewConnection, () -> false);
        return first.onFailure(failure -> isRetryable(failure, check.deadline()))
                .recoverWithUni(failure -> Uni.createFrom()
                        .voidItem()
                        .onItem()
                        .delayIt()
                        .by(RETRY_DELAY)
                        .chain(() -> limiter.acquire(check.purpose(), check.deadline()))
                        .onFailure()
                        .transform(refused -> failure instanceof StaleConnection ? refused : failure)
                        .chain(() -> second))
                .onItemOrFailure()
                .invoke((response, failure) -> recordEnd(failure));
    }

    private static Uni<RodinResponse> callOnce(
            Check check, Function<RodinApi.Request, Uni<Response>> call, BooleanSupplier mayBeKeptAlive) {
        return Uni.createFrom().deferred(() -> {
            RodinApi.Request request = RodinApi.Request.of(check);
            return call.apply(request)
                    .map(RodinCall::read)
                    .ifNoItem()
                    .after(check.deadline().remaining())
                    .fail()
                    .onFailure(failure -> !(failure instanceof ServerFailure))
                    .recoverWithUni(failure -> fromHead(request.head(), failure, mayBeKeptAlive));
        });
    }

    /** Returns the result of a call whose body could not be read. */
    private static Uni<RodinResponse> fromHead(ResponseHead head, Throwable failure, BooleanSupplier mayBeKeptAlive) {
        RodinResponse response = head.withoutBody();
        if (response != null) {
            return Uni.createFrom().item(response).map(RodinCall::unlessServerFailure);
        }
        if (head.isFollowedByIrregularity()) {
            return Uni.createFrom().failure(new IrregularResponse("a response that is irregular after its head"));
        }
        if (failure instanceof IOException && head.isMissingForStaleConnection()) {
            return Uni.createFrom().failure(new StaleConnection());
        }
        if (failure instanceof HttpClosedException && !head.hasArrived()) { // closed while it was taken out of the pool
            boolean stale = mayBeKeptAlive.getAsBoolean();
            return Uni.createFrom().failure(stale ? new StaleConnection() : new ClosedChannelException());
        }
        return Uni.createFrom().failure(failure);
    }

    private void recordEnd(@Nullable Throwable failure) {
        if (!(failure instanceof LookupFailure)) {
            lastFailed = failure != null && TransportFailures.isOutage(failure);
        }
    }

    /** Ends the calls in flight and waits for their end, while responses to callers can still be sent. */
    void stop(@Observes ShutdownEvent event) throws IOException, InterruptedException {
        stopping = true;
        rodin.close();
        try {
            inFlight.awaitAdvanceInterruptibly(inFlight.arrive(), LAST_CALLS_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.debug("Calls to Rodin were still in flight when the gateway stopped.", e);
        }
    }

    /** Returns how many calls are in flight. */
    int inFlight() {
        return inFlight.getRegisteredParties() - 1;
    }

    private boolean isRetryable(Throwable failure, Deadline deadline) {
        if (stopping || deadline.remaining().compareTo(RETRY_DELAY) <= 0) {
            return false;
        }
        if (lastFailed && !(failure instanceof StaleConnection)) {
            return false;
        }
        return TransportFailures.isBeforeResponse(failure)
                || (failure instanceof ServerFailure response && response.isTemporary());
    }

    /** Reads the body, in memory by now, as a stream: read as anything else, an invalid Content-Type would make it fail. */
    private static RodinResponse read(Response response) {
        try (response) {
            byte[] body = response.readEntity(InputStream.class).readAllBytes();
            return unlessServerFailure(
                    new RodinResponse(response.getStatus(), body, response.getHeaderString(HttpHeaders.RETRY_AFTER)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RodinResponse unlessServerFailure(RodinResponse response) {
        if (ServerFailure.isOne(response)) {
            throw new ServerFailure(response);
        }
        return response;
    }
}
