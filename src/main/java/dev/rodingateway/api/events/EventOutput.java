package dev.rodingateway.api.events;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * The response of one stream of server-sent events. What is written before it is open is kept until then; comments are sent
 * as heartbeats, and a client that reads nothing between two of them is disconnected. Used on the event loop of the client's
 * connection only.
 */
final class EventOutput {

    /** The number of unsent bytes from which on the client counts as slow. */
    private static final int BACKLOG = 4096;

    private final HttpServerResponse response;
    private final EventWriter events;
    private final Context eventLoop;
    private final long heartbeatMillis;

    /** Actions postponed until the response is open: at most one event, because no more are requested, and the end. */
    private List<Runnable> beforeOpen = new ArrayList<>(2);

    private long heartbeat;
    private boolean open;
    private boolean stalled;
    private boolean ended;

    /**
     * Creates the output of one stream.
     *
     * @param response whose head has not been written
     * @param heartbeatMillis the interval of comments; a client that reads neither of two is disconnected
     */
    EventOutput(HttpServerResponse response, EventWriter events, Context eventLoop, long heartbeatMillis) {
        this.response = response;
        this.events = events;
        this.eventLoop = eventLoop;
        this.heartbeatMillis = heartbeatMillis;
    }

    /**
     * Writes the head and runs the postponed actions.
     *
     * @param onDisconnect called when the client has disconnected or is disconnected
     */
    void open(Runnable onDisconnect) {
        if (ended || response.closed()) {
            return;
        }
        open = true;
        response.closeHandler(closed -> onDisconnect.run());
        response.setChunked(true).setWriteQueueMaxSize(BACKLOG).write(events.retry());
        heartbeat = eventLoop.owner().setPeriodic(heartbeatMillis, beat -> beat(onDisconnect));
        beforeOpen.forEach(Runnable::run);
        beforeOpen = List.of();
    }

    /** Runs the action now, or when the response has been opened. */
    void whenOpen(Runnable action) {
        if (open) {
            action.run();
        } else {
            beforeOpen.add(action);
        }
    }

    /** Runs the action when the client has read enough of what was sent, unless the stream has ended. */
    void whenWritable(Runnable action) {
        if (response.writeQueueFull()) {
            response.drainHandler(drained -> {
                response.drainHandler(null);
                whenWritable(action);
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

    /** Stops sending. */
    void stop() {
        ended = true;
        eventLoop.owner().cancelTimer(heartbeat);
    }

    private void beat(Runnable onDisconnect) {
        if (!response.writeQueueFull()) {
            send(events.heartbeat());
        } else if (stalled) {
            response.reset();
            onDisconnect.run();
        } else {
            stalled = true;
        }
    }
}
