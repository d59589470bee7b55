package dev.rodingateway.api;

import dev.rodingateway.status.Answer;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One caller's stream of server-sent events: first {@link #begin()}, then {@link #open()}. It takes the next answer only
 * when the one before has left for the network, so that a slow reader holds up nobody; one who reads nothing for a while
 * is cut off, and so is one whose events cannot be written. All but {@link #begin()} and {@link #open()} happens on the event loop of the caller's connection.
 */
final class EventStream implements Subscriber<Answer> {

    private static final Logger LOG = Logger.getLogger(EventStream.class);

    /** The bytes that may wait to be sent before the reader counts as slow. */
    private static final int BACKLOG = 4096;

    private final Multi<Answer> answers;
    private final EventWriter events;
    private final HttpServerResponse response;
    private final Context eventLoop;
    private final long heartbeatMillis;
    private @Nullable String lastEventId;
    private @Nullable Subscription subscription;
    private @Nullable UniEmitter<? super Boolean> beginning;

    /** What to write first: at most one answer, for no more is asked for, and the end. */
    private final List<Runnable> beforeOpen = new ArrayList<>();

    private long heartbeat;
    private boolean open;
    private boolean stalled;
    private boolean ended;

    /**
     * @param lastEventId the event that the caller has had already, or null
     * @param response where to tell it, its head not written
     * @param eventLoop of the caller's connection
     * @param heartbeatMillis how often a comment is sent; who takes none of two is cut off
     */
    EventStream(
            Multi<Answer> answers,
            @Nullable String lastEventId,
            HttpServerResponse response,
            EventWriter events,
            Context eventLoop,
            long heartbeatMillis) {
        this.answers = answers;
        this.lastEventId = lastEventId;
        this.response = response;
        this.events = events;
        this.eventLoop = eventLoop;
        this.heartbeatMillis = heartbeatMillis;
    }

    /**
     * Begins to watch, so that what fails at once can still be answered with a problem. Whoever calls this sees to it that
     * {@link #close()} is called when the response has ended, opened or not.
     *
     * @return whether there is anything to tell: not to a caller who has had the end; fails as the watch does before that
     */
    Uni<Boolean> begin() {
        return Uni.createFrom()
                .<Boolean>emitter(emitter -> eventLoop.runOnContext(unused -> {
                    beginning = emitter;
                    answers.subscribe().withSubscriber(this);
                }))
                .onCancellation()
                .invoke(() -> eventLoop.runOnContext(unused -> close()));
    }

    /** Writes the head and whatever there is to tell until the watch ends or the caller goes away. */
    void open() {
        onEventLoop(() -> {
            if (ended || response.closed()) {
                return;
            }
            open = true;
            response.closeHandler(gone -> close());
            response.setChunked(true).setWriteQueueMaxSize(BACKLOG).write(events.retry());
            heartbeat = eventLoop.owner().setPeriodic(heartbeatMillis, beat -> endIfItThrows(this::beat));
            beforeOpen.forEach(Runnable::run);
            beforeOpen.clear();
        });
    }

    /** Ends the watch. */
    void close() {
        ended = true;
        eventLoop.owner().cancelTimer(heartbeat);
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onSubscribe(Subscription watch) {
        subscription = watch;
        takeNext();
    }

    @Override
    public void onNext(Answer answer) {
        onEventLoop(() -> {
            EventWriter.Event event = events.status(answer);
            boolean known = event.id().equals(lastEventId);
            lastEventId = null;
            whenOpen(() -> {
                if (!known) {
                    send(event.text());
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
                whenOpen(() -> {
                    send(events.problem(failure, RequestIds.of(response)));
                    end();
                });
            }
        });
    }

    @Override
    public void onComplete() {
        onEventLoop(() -> {
            whenOpen(this::end);
            begun(true);
        });
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
            if (open) {
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

    private void whenOpen(Runnable action) {
        if (open) {
            action.run();
        } else {
            beforeOpen.add(action);
        }
    }

    private void takeNext() {
        if (subscription == null) {
            return;
        }
        if (ended) {
            subscription.cancel();
        } else if (response.writeQueueFull()) {
            response.drainHandler(drained -> {
                response.drainHandler(null);
                takeNext();
            });
        } else {
            stalled = false;
            subscription.request(1);
        }
    }

    private void beat() {
        if (!response.writeQueueFull()) {
            send(events.heartbeat());
        } else if (stalled) {
            response.reset();
            close();
        } else {
            stalled = true;
        }
    }

    private void send(Buffer text) {
        if (!ended) {
            response.write(text);
        }
    }

    private void end() {
        if (!ended) {
            close();
            response.end();
        }
    }
}
