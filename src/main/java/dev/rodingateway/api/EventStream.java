package dev.rodingateway.api;

import dev.rodingateway.status.Answer;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * One caller's stream of server-sent events. It takes the next answer only when the one before has left for the network,
 * so that a slow reader holds up nobody; one who reads nothing for a while is cut off. All but {@link #open()} happens on
 * the event loop of the caller's connection.
 */
final class EventStream implements Subscriber<Answer> {

    /** The bytes that may wait to be sent before the reader counts as slow. */
    private static final int BACKLOG = 4096;

    private final TaskEvents stream;
    private final EventWriter events;
    private final HttpServerResponse response;
    private final Context eventLoop;
    private final long heartbeatMillis;
    private @Nullable String lastEventId;
    private @Nullable Subscription subscription;
    private long heartbeat;
    private boolean stalled;
    private boolean ended;

    /**
     * @param eventLoop of the caller's connection
     * @param heartbeatMillis how often a comment is sent; who takes none of two is cut off
     */
    EventStream(TaskEvents stream, EventWriter events, Context eventLoop, long heartbeatMillis) {
        this.heartbeatMillis = heartbeatMillis;
        this.stream = stream;
        this.events = events;
        this.response = stream.response();
        this.eventLoop = eventLoop;
        this.lastEventId = stream.lastEventId();
    }

    /** Writes the head and whatever there is to tell until the watch ends or the caller goes away. */
    void open() {
        eventLoop.runOnContext(unused -> {
            if (response.closed()) {
                return;
            }
            response.closeHandler(gone -> close());
            response.setChunked(true).setWriteQueueMaxSize(BACKLOG).write(events.retry());
            heartbeat = eventLoop.owner().setPeriodic(heartbeatMillis, beat -> beat());
            stream.answers().subscribe().withSubscriber(this);
        });
    }

    @Override
    public void onSubscribe(Subscription watch) {
        subscription = watch;
        watch.request(1);
    }

    @Override
    public void onNext(Answer answer) {
        eventLoop.runOnContext(unused -> {
            EventWriter.Event event = events.status(answer);
            if (!event.id().equals(lastEventId)) {
                send(event.text());
            }
            lastEventId = null;
            takeNext();
        });
    }

    @Override
    public void onError(Throwable failure) {
        eventLoop.runOnContext(unused -> {
            send(events.problem(failure, RequestIds.of(response)));
            end();
        });
    }

    @Override
    public void onComplete() {
        eventLoop.runOnContext(unused -> end());
    }

    private void takeNext() {
        if (subscription == null || ended) {
            return;
        }
        if (response.writeQueueFull()) {
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

    private void close() {
        ended = true;
        eventLoop.owner().cancelTimer(heartbeat);
        if (subscription != null) {
            subscription.cancel();
        }
    }
}
