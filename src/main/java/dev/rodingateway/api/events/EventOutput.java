package dev.rodingateway.api.events;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * The response of one stream of server-sent events: what is written before it has been opened waits, comments keep it from
 * looking dead, and a reader who takes nothing for a while is cut off. Used on the event loop of the caller's connection.
 */
final class EventOutput {

    /** The bytes that may wait to be sent before the reader counts as slow. */
    private static final int BACKLOG = 4096;

    private final HttpServerResponse response;
    private final EventWriter events;
    private final Context eventLoop;
    private final long heartbeatMillis;

    /** What to do first: at most one answer, for no more is asked for, and the end. */
    private List<Runnable> beforeOpen = new ArrayList<>(2);

    private long heartbeat;
    private boolean open;
    private boolean stalled;
    private boolean ended;

    /**
     * Creates the output of one stream.
     *
     * @param response its head not written
     * @param heartbeatMillis how often a comment is sent; who takes none of two is cut off
     */
    EventOutput(HttpServerResponse response, EventWriter events, Context eventLoop, long heartbeatMillis) {
        this.response = response;
        this.events = events;
        this.eventLoop = eventLoop;
        this.heartbeatMillis = heartbeatMillis;
    }

    /**
     * Writes the head and whatever has waited for it.
     *
     * @param onGone called when the reader has gone away or is cut off
     */
    void open(Runnable onGone) {
        if (ended || response.closed()) {
            return;
        }
        open = true;
        response.closeHandler(gone -> onGone.run());
        response.setChunked(true).setWriteQueueMaxSize(BACKLOG).write(events.retry());
        heartbeat = eventLoop.owner().setPeriodic(heartbeatMillis, beat -> beat(onGone));
        beforeOpen.forEach(Runnable::run);
        beforeOpen = List.of();
    }

    /** Does something now or, until the response is open, then. */
    void whenOpen(Runnable action) {
        if (open) {
            action.run();
        } else {
            beforeOpen.add(action);
        }
    }

    /** Does something when the reader has taken enough of what was sent, unless the stream has ended. */
    void whenTaken(Runnable action) {
        if (response.writeQueueFull()) {
            response.drainHandler(drained -> {
                response.drainHandler(null);
                whenTaken(action);
            });
        } else {
            stalled = false;
            action.run();
        }
    }

    void send(Buffer text) {
        if (!ended) {
            response.write(text);
        }
    }

    void end() {
        if (!ended) {
            stop();
            response.end();
        }
    }

    boolean isOpen() {
        return open;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Sends no more. */
    void stop() {
        ended = true;
        eventLoop.owner().cancelTimer(heartbeat);
    }

    private void beat(Runnable onGone) {
        if (!response.writeQueueFull()) {
            send(events.heartbeat());
        } else if (stalled) {
            response.reset();
            onGone.run();
        } else {
            stalled = true;
        }
    }
}
