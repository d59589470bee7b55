package dev.rodingateway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Map;

/** A response of the simulator, or the lack of one. */
sealed interface Answer {

    /** Sends this answer without blocking. */
    void send(HttpServerRequest request, Vertx vertx);

    /** A complete HTTP response. */
    record Reply(int status, String body, Map<String, String> headers) implements Answer {

        static Reply json(int status, JsonNode body) {
            return new Reply(status, body.toString(), Map.of("Content-Type", "application/json"));
        }

        static Reply refusal(int status, String code, String message) {
            return json(
                    status,
                    JsonNodeFactory.instance.objectNode().put("error", code).put("message", message));
        }

        static Reply methodNotAllowed(HttpMethod allowed) {
            Reply refusal = refusal(405, "METHOD_NOT_ALLOWED", "This path supports " + allowed.name() + " only.");
            return new Reply(405, refusal.body(), Map.of("Content-Type", "application/json", "Allow", allowed.name()));
        }

        @Override
        public void send(HttpServerRequest request, Vertx vertx) {
            HttpServerResponse response = request.response();
            if (response.closed()) {
                return;
            }
            headers.forEach(response::putHeader);
            response.setStatusCode(status).end(body);
        }
    }

    /** Another answer after a delay. */
    record Late(Duration delay, Answer answer) implements Answer {
        @Override
        public void send(HttpServerRequest request, Vertx vertx) {
            vertx.setTimer(delay.toMillis(), timer -> answer.send(request, vertx));
        }
    }

    /** No response; the connection stays open. */
    record Silence() implements Answer {
        @Override
        public void send(HttpServerRequest request, Vertx vertx) {
            // Nothing is sent.
        }
    }

    /** No response; the connection is closed. */
    record HangUp() implements Answer {
        @Override
        public void send(HttpServerRequest request, Vertx vertx) {
            request.connection().close();
        }
    }
}
