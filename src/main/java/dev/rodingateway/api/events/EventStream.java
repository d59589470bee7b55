package dev.rodingateway.api.events;

import dev.rodingateway.api.log.RequestIds;
import dev.rodingateway.status.LookupResult;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One caller's stream of server-sent events: first {@link #begin()}, then {@link #open()}. It takes the next answer only
 * when the one before has left for the network, so that a slow reader holds up nobody; one who reads nothing for a while
 * is cut off, and so is one whose events cannot be written. All but {@link #begin()} and {@link #open()} happens on the event loop of the caller's connection.
 */
public final class EventStream implements Subscriber<LookupResult> {

    private static final Logger LOG = Logger.getLogger(EventStream.class);

    private final Function<Runnable, Multi<LookupResult>> watch;
    private final EventWriter events;
    private final HttpServerResponse response;
    private final EventOutput output;
    private final Context eventLoop;
    private @Nullable String lastEventId;
    private @Nullable Subscription subscription;
    private @Nullable UniEmitter<? super Boolean> beginning;

    /**
     * Creates a stream for one request.
     *
     * @param watch watches the task; runs what it is given if the watch is accepted before there is an answer
     * @param lastEventId the event that the caller has had already, or null
     * @param response where to tell it, its head not written
     * @param eventLoop of the caller's connection
     * @param heartbeatMillis how often a comment is sent; who takes none of two is cut off
     */
    public EventStream(
            Function<Runnable, Multi<LookupResult>> watch,
            @Nullable String lastEventId,
            HttpServerResponse response,
            EventWriter events,
            Context eventLoop,
            long heartbeatMillis) {
        this.watch = watch;
        this.lastEventId = lastEventId;
        this.response = response;
        this.events = events;
        this.eventLoop = eventLoop;
        this.output = new EventOutput(response, events, eventLoop, heartbeatMillis);
    }

    /**
     * Begins to watch, so that what fails at once can still be answered with a problem. Whoever calls this sees to it that
     * {@link #close()} is called when the response has ended, opened or not.
     *
     * @return whether there is anything to tell, or to wait for: not to a caller who has had the end; fails as the watch
     *     does before it has an answer or has been accepted
     */
    public Uni<Boolean> begin() {
        return Uni.createFrom()
                .<Boolean>emitter(emitter -> eventLoop.runOnContext(unused -> {
                    beginning = emitter;
                    watch.apply(this::onAccepted).subscribe().withSubscriber(this);
                }))
                .onCancellation()
                .invoke(() -> eventLoop.runOnContext(unused -> close()));
    }

    /** Writes the head and whatever there is to tell until the watch ends or the caller goes away. */
    public void open() {
        onEventLoop(() -> output.open(this::close));
    }

    /** Ends the watch. */
    public void close() {
        output.stop();
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onSubscribe(Subscription taken) {
        subscription = taken;
        takeNext();
    }

    @Override
    public void onNext(LookupResult answer) {
        onEventLoop(() -> {
            EventWriter.Event event = events.status(answer);
            boolean known = event.id().equals(lastEventId);
            lastEventId = null;
            output.whenOpen(() -> {
                if (!known) {
                    output.send(event.text());
                }
                takeNext();
            });
            begun(!known || !answer.snapshot().status().terminal());
        });
    }

    @Override
    public void onError(Throwable failure) {
        onEventLoop(() -> {
            if (beginning != null) {
                beginning.fail(failure);
                beginning = null;
            } else {
                output.whenOpen(() -> {
                    output.send(events.problem(failure, RequestIds.of(response)));
                    end();
                });
            }
        });
    }

    @Override
    public void onComplete() {
        onEventLoop(() -> {
            output.whenOpen(this::end);
            begun(true);
        });
    }

    /** There is no answer yet, and there may be none for long: the head is sent, and comments follow. */
    private void onAccepted() {
        onEventLoop(() -> begun(true));
    }

    private void onEventLoop(Runnable action) {
        eventLoop.runOnContext(unused -> endIfItThrows(action));
    }

    /** Otherwise the caller would be sent heartbeats and nothing else, for as long as it stays. */
    private void endIfItThrows(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            close();
            if (beginning != null) {
                beginning.fail(e);
                beginning = null;
                return;
            }
            LOG.error("An event stream could not be written", e);
            if (output.isOpen()) {
                response.reset();
            }
        }
    }

    private void begun(boolean anythingToTell) {
        if (beginning != null) {
            beginning.complete(anythingToTell);
            beginning = null;
        }
    }

    private void takeNext() {
        if (subscription == null) {
            return;
        }
        if (output.hasEnded()) {
            subscription.cancel();
        } else {
            Subscription taken = subscription;
            output.whenTaken(() -> taken.request(1));
        }
    }

    private void end() {
        output.end();
        close();
    }
}
