package dev.rodingateway.rodin.http;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.rodin.Deadline;
import dev.rodingateway.rodin.RateLimiter;
import dev.rodingateway.rodin.budget.Once;
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
import java.time.Duration;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One question to Rodin over HTTP, until the check's deadline; where that is likely to help, with a second try before it. */
@Singleton
public final class RodinCall {

    private static final Logger LOG = Logger.getLogger(RodinCall.class);

    /** How long the end of the calls under way is waited for when the gateway stops. */
    private static final long LAST_CALLS_MS = 1000;

    /** Long enough for a proxy to notice that a server is gone, short beside any time limit. */
    private static final Duration BEFORE_SECOND_TRY = Duration.ofMillis(100);

    private final RodinEndpoint rodin;
    private final RateLimiter limiter;
    private final Phaser underWay = new Phaser(1);
    private volatile boolean stopping;
    private volatile boolean lastFailed;

    @Inject
    public RodinCall(RodinEndpoint rodin, RateLimiter limiter) {
        this.rodin = rodin;
        this.limiter = limiter;
    }

    /**
     * Asks, each time it is subscribed to. The second try pays from the budget like any check; when there is nothing left,
     * the first one's failure stands, unless that was ours: a kept connection that was found unusable. The second try is made
     * on a new connection, for the first may have died with others of its age. A slip is tried again, an outage is not: after
     * an outage there is no second try until a call has been answered, unless a kept connection was found unusable. Nor is
     * there one where Rodin said with {@code Retry-After} that it is too early for that, or where no time is left.
     *
     * @return an answer about the task, or a failure: {@link ServerFailure}, the transport's own, or a {@link LookupFailure}
     *     of the budget after a kept connection was found unusable
     */
    public Uni<RodinResponse> ask(Check check) {
        return Uni.createFrom().deferred(() -> {
            long begun = Ticker.systemTicker().read();
            underWay.register();
            Runnable ended = Once.of(underWay::arriveAndDeregister);
            return askTwice(check)
                    .onTermination()
                    .invoke(ended)
                    .map(answer ->
                            answer.after(Duration.ofNanos(Ticker.systemTicker().read() - begun)));
        });
    }

    private Uni<RodinResponse> askTwice(Check check) {
        Uni<RodinResponse> first = askOnce(check, rodin::check);
        Uni<RodinResponse> second = askOnce(check, rodin::checkOnNewConnection);
        return first.onFailure(failure -> isWorthASecondTry(failure, check.deadline()))
                .recoverWithUni(failure -> Uni.createFrom()
                        .voidItem()
                        .onItem()
                        .delayIt()
                        .by(BEFORE_SECOND_TRY)
                        .chain(() -> limiter.acquire(check.purpose(), check.deadline()))
                        .onFailure()
                        .transform(refused -> failure instanceof StaleConnection ? refused : failure)
                        .chain(() -> second))
                .onItemOrFailure()
                .invoke((answer, failure) -> noteEnd(failure));
    }

    private static Uni<RodinResponse> askOnce(Check check, Function<CheckRequest, Uni<Response>> call) {
        return Uni.createFrom().deferred(() -> {
            CheckRequest request = CheckRequest.of(check);
            return call.apply(request)
                    .map(RodinCall::read)
                    .ifNoItem()
                    .after(check.deadline().remaining())
                    .fail()
                    .onFailure(failure -> !(failure instanceof ServerFailure))
                    .recoverWithUni(failure -> fromHead(request.head(), failure));
        });
    }

    /** Returns what a call has come to whose response could not be read. */
    private static Uni<RodinResponse> fromHead(ResponseHead head, Throwable failure) {
        RodinResponse response = head.withoutBody();
        if (response != null) {
            return Uni.createFrom().item(response).map(RodinCall::unlessServerFailure);
        }
        if (head.isFollowedByIrregularity()) {
            return Uni.createFrom().failure(new IrregularResponse("a response that is irregular after its head"));
        }
        if (failure instanceof HttpClosedException && !head.hasArrived()) {
            return Uni.createFrom().failure(new StaleConnection()); // it was closed while it was taken out of the pool
        }
        return Uni.createFrom().failure(failure);
    }

    private void noteEnd(@Nullable Throwable failure) {
        if (!(failure instanceof LookupFailure)) {
            lastFailed = failure != null && TransportFailures.isOutage(failure);
        }
    }

    /** Ends the calls under way, and sees them end, while those who wait for them can still be told. */
    void stop(@Observes ShutdownEvent event) throws IOException, InterruptedException {
        stopping = true;
        rodin.close();
        try {
            underWay.awaitAdvanceInterruptibly(underWay.arrive(), LAST_CALLS_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.debug("Calls of Rodin were still under way when the gateway stopped.", e);
        }
    }

    /** Returns how many calls are under way. */
    int underWay() {
        return underWay.getRegisteredParties() - 1;
    }

    private boolean isWorthASecondTry(Throwable failure, Deadline deadline) {
        if (stopping || deadline.remaining().compareTo(BEFORE_SECOND_TRY) <= 0) {
            return false;
        }
        if (lastFailed && !(failure instanceof StaleConnection)) {
            return false;
        }
        return TransportFailures.diedBeforeAnswer(failure)
                || (failure instanceof ServerFailure answer && answer.isPassing());
    }

    /** Reads the body as a stream, in memory by now: read as anything else, an unreadable Content-Type would spoil it. */
    private static RodinResponse read(Response response) {
        try (response) {
            byte[] body = response.readEntity(InputStream.class).readAllBytes();
            return unlessServerFailure(
                    new RodinResponse(response.getStatus(), body, response.getHeaderString(HttpHeaders.RETRY_AFTER)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RodinResponse unlessServerFailure(RodinResponse answer) {
        if (ServerFailure.isOne(answer)) {
            throw new ServerFailure(answer);
        }
        return answer;
    }
}
