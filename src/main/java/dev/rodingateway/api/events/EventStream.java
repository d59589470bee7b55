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
 * One client's stream of server-sent events: first {@link #begin()}, then {@link #open()}. It requests the next status only
 * when the client has read the one before, so that a slow client delays no other. A client that reads nothing for a while is
 * disconnected, and so is one whose events cannot be written. All methods but {@link #begin()} and {@link #open()} run on the
 * event loop of the client's connection.
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
    private @Nullable UniEmitter<? super Boolean> pendingBegin;

    /**
     * Creates a stream for one request.
     *
     * @param watch watches the task; calls its argument if the watch is accepted before there is a status
     * @param lastEventId the id of the last event that the client received, or null
     * @param response to write to; its head has not been written
     * @param eventLoop of the client's connection
     * @param heartbeatMillis the interval of comments; a client that reads neither of two is disconnected
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
     * Starts watching, so that an immediate failure can still be answered with a problem response. The caller must call
     * {@link #close()} when the response has ended, whether or not it was opened.
     *
     * @return false if the client has received the terminal status already, so that no event will follow; fails if the watch
     *     fails before it has a status or has been accepted
     */
    public Uni<Boolean> begin() {
        return Uni.createFrom()
                .<Boolean>emitter(emitter -> eventLoop.runOnContext(unused -> {
                    pendingBegin = emitter;
                    watch.apply(this::onAccepted).subscribe().withSubscriber(this);
                }))
                .onCancellation()
                .invoke(() -> eventLoop.runOnContext(unused -> close()));
    }

    /** Writes the head and the events until the watch ends or the client disconnects. */
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
    public void onSubscribe(Subscription started) {
        subscription = started;
        requestNext();
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
                requestNext();
            });
            completeBegin(!known || !answer.snapshot().status().terminal());
        });
    }

    @Override
    public void onError(Throwable failure) {
        onEventLoop(() -> {
            if (pendingBegin != null) {
                pendingBegin.fail(failure);
                pendingBegin = null;
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
            completeBegin(true);
        });
    }

    /** There is no status yet, and there may be none for long: the head is sent, and comments follow. */
    private void onAccepted() {
        onEventLoop(() -> completeBegin(true));
    }

    private void onEventLoop(Runnable action) {
        eventLoop.runOnContext(unused -> closeOnException(action));
    }

    /** Without this the client would receive nothing but heartbeats for as long as it stays connected. */
    private void closeOnException(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            close();
            if (pendingBegin != null) {
                pendingBegin.fail(e);
                pendingBegin = null;
                return;
            }
            LOG.error("An event stream could not be written", e);
            if (output.isOpen()) {
                response.reset();
            }
        }
    }

    private void completeBegin(boolean hasEvents) {
        if (pendingBegin != null) {
            pendingBegin.complete(hasEvents);
            pendingBegin = null;
        }
    }

    private void requestNext() {
        if (subscription == null) {
            return;
        }
        if (output.hasEnded()) {
            subscription.cancel();
        } else {
            Subscription active = subscription;
            output.whenWritable(() -> active.request(1));
        }
    }

    private void end() {
        output.end();
        close();
    }
}
