package dev.rodingateway.rodin;

import com.github.benmanes.caffeine.cache.Ticker;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
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
import org.jboss.logging.Logger;

/** One question to Rodin over HTTP, until the check's deadline; where that is likely to help, with a second try before it. */
@Singleton
final class Call {

    private static final Logger LOG = Logger.getLogger(Call.class);

    /** How long the end of the calls under way is waited for when the gateway stops. */
    private static final long LAST_CALLS_MS = 1000;

    /** Long enough for a proxy to notice that a server is gone, short beside any time limit. */
    private static final Duration BEFORE_SECOND_TRY = Duration.ofMillis(100);

    private final RodinEndpoint rodin;
    private final Budget budget;
    private final Phaser underWay = new Phaser(1);
    private volatile boolean stopping;
    private volatile boolean lastFailed;

    @Inject
    Call(RodinEndpoint rodin, Budget budget) {
        this.rodin = rodin;
        this.budget = budget;
    }

    /**
     * Asks, each time it is subscribed to. The second try pays from the budget like any check; when there is nothing left,
     * the first one's failure stands. It is made on a new connection, for the first may have died with others of its age.
     * A slip is tried again, an outage is not: after a call that failed for good there is no second try until one has been
     * answered, unless a kept connection was found unusable. Nor is there one where Rodin said with {@code Retry-After} that
     * it is too early for that.
     *
     * @return an answer about the task, or a failure: {@link ServerFailure} or the transport's own
     */
    Uni<RodinResponse> ask(Check check) {
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
        Uni<RodinResponse> first = rodin.check(CheckRequest.of(check)).map(Call::read);
        Uni<RodinResponse> second =
                rodin.checkOnNewConnection(CheckRequest.of(check)).map(Call::read);
        return first.onFailure(this::isWorthASecondTry)
                .recoverWithUni(failure -> Uni.createFrom()
                        .voidItem()
                        .onItem()
                        .delayIt()
                        .by(BEFORE_SECOND_TRY)
                        .chain(() -> budget.acquire(check.purpose(), check.deadline()))
                        .onFailure()
                        .transform(refused -> failure)
                        .chain(() -> second))
                .ifNoItem()
                .after(check.deadline().remaining())
                .fail()
                .onItemOrFailure()
                .invoke((answer, failure) -> lastFailed = failure != null);
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

    private boolean isWorthASecondTry(Throwable failure) {
        if (stopping || (lastFailed && !(failure instanceof StaleConnection))) {
            return false;
        }
        return TransportFailures.diedBeforeAnswer(failure)
                || (failure instanceof ServerFailure answer && answer.isPassing());
    }

    /** Reads the body as a stream, in memory by now: read as anything else, an unreadable Content-Type would spoil it. */
    private static RodinResponse read(Response response) {
        try (response) {
            byte[] body = response.readEntity(InputStream.class).readAllBytes();
            RodinResponse answer =
                    new RodinResponse(response.getStatus(), body, response.getHeaderString(HttpHeaders.RETRY_AFTER));
            if (ServerFailure.isOne(answer)) {
                throw new ServerFailure(answer);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
