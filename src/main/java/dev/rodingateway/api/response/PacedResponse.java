package dev.rodingateway.api.response;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Iterator;
import org.jboss.logging.Logger;

/**
 * A response body that is generated while it is sent: each part when the client has read those before, so that a client that
 * reads slowly takes little memory. Everything runs on the event loop of the client's connection.
 */
public final class PacedResponse {

    /** Bodies up to this size are sent at once, with a {@code Content-Length}; larger ones in parts of about this size. */
    static final int PART = 32 * 1024;

    private static final Logger LOG = Logger.getLogger(PacedResponse.class);

    private final HttpServerResponse response;
    private final Context eventLoop;
    private final Iterator<Buffer> body;

    /**
     * Creates a response; nothing is sent before {@link #send()}.
     *
     * @param body the body, piece by piece
     */
    public PacedResponse(HttpServerResponse response, Context eventLoop, Iterator<Buffer> body) {
        this.response = response;
        this.eventLoop = eventLoop;
        this.body = body;
    }

    /** Sends the head and the body. */
    void send() {
        eventLoop.runOnContext(unused -> {
            response.setWriteQueueMaxSize(PART);
            sendParts();
        });
    }

    private void sendParts() {
        try {
            while (!response.closed() && !response.ended()) {
                if (response.writeQueueFull()) {
                    response.drainHandler(drained -> {
                        response.drainHandler(null);
                        sendParts();
                    });
                    return;
                }
                sendPart();
            }
        } catch (RuntimeException e) {
            LOG.error("A response could not be written completely", e);
            response.reset();
        }
    }

    private void sendPart() {
        Buffer part = Buffer.buffer();
        while (body.hasNext() && part.length() < PART) {
            part.appendBuffer(body.next());
        }
        if (!body.hasNext()) {
            response.end(part);
            return;
        }
        if (!response.headWritten()) {
            response.setChunked(true);
        }
        response.write(part);
    }
}
