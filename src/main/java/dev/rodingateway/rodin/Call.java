package dev.rodingateway.rodin;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.task.TaskKey;
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

/** One question to Rodin over HTTP: with a time limit and, where that is likely to help, a second try within it. */
@Singleton
final class Call {

    private static final Logger LOG = Logger.getLogger(Call.class);

    /** How long the end of the calls under way is waited for when the gateway stops. */
    private static final long LAST_CALLS_MS = 1000;

    /** Long enough for a proxy to notice that a server is gone, short beside any time limit. */
    private static final Duration BEFORE_SECOND_TRY = Duration.ofMillis(100);

    private final RodinEndpoint rodin;
    private final Budget budget;
    private final Duration timeout;
    private final Phaser underWay = new Phaser(1);
    private volatile boolean stopping;
    private volatile boolean lastFailed;

    @Inject
    Call(RodinEndpoint rodin, Budget budget, UpstreamConfig config) {
        this.rodin = rodin;
        this.budget = budget;
        this.timeout = config.timeout();
    }

    /**
     * Asks, each time it is subscribed to. The second try pays from the budget like any check; when there is nothing left,
     * the first one's failure stands. It is made on a new connection, for the first may have died with others of its age.
     * A slip is tried again, an outage is not: after a call that failed for good there
     * is no second try until one has been answered, unless a kept connection was found unusable.
     *
     * @return an answer below 500, or a failure: {@link ServerFailure} or the transport's own
     */
    Uni<RodinResponse> ask(TaskKey key, Purpose purpose) {
        return Uni.createFrom().deferred(() -> {
            long begun = Ticker.systemTicker().read();
            underWay.register();
            return askTwice(key, purpose)
                    .onTermination()
                    .invoke(() -> underWay.arriveAndDeregister())
                    .map(answer ->
                            answer.after(Duration.ofNanos(Ticker.systemTicker().read() - begun)));
        });
    }

    private Uni<RodinResponse> askTwice(TaskKey key, Purpose purpose) {
        Uni<RodinResponse> first = rodin.check(CheckRequest.of(key)).map(Call::read);
        Uni<RodinResponse> second =
                rodin.checkOnNewConnection(CheckRequest.of(key)).map(Call::read);
        return first.onFailure(this::isWorthASecondTry)
                .recoverWithUni(failure -> Uni.createFrom()
                        .voidItem()
                        .onItem()
                        .delayIt()
                        .by(BEFORE_SECOND_TRY)
                        .chain(() -> Uni.createFrom().completionStage(() -> budget.acquire(purpose)))
                        .onFailure()
                        .transform(refused -> failure)
                        .chain(() -> second))
                .ifNoItem()
                .after(timeout)
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
            if (answer.httpStatus() >= 500) {
                throw new ServerFailure(answer);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
