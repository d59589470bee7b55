package dev.rodingateway.shared.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One connection with a client of its own, because only closing the client reliably closes the socket of a stalled
 * command.
 */
final class OpenConnection {

    private final Vertx vertx;
    private final Redis client;
    private final RedisConnection connection;

    OpenConnection(Vertx vertx, Redis client, RedisConnection connection) {
        this.vertx = vertx;
        this.client = client;
        this.connection = connection;
    }

    /** Sends a command and waits for its reply without a timeout. */
    @SuppressWarnings(
            "NullAway") // newer JDKs read the nullness annotations of the client's class files, JDK 17 does not
    Future<@Nullable Response> send(Request command) {
        return nullable(connection.send(command));
    }

    /** Sends a command; fails with a {@link TimeoutException} if there is no reply in time. */
    Future<@Nullable Response> send(Request command, Duration timeout) {
        return within(vertx, send(command), timeout);
    }

    /** Registers a callback for the end of the connection, whatever the reason. */
    void onEnd(Runnable action) {
        connection.endHandler(unused -> action.run());
        connection.exceptionHandler(failure -> action.run());
    }

    void close() {
        client.close();
    }

    /** According to its documentation the client may return a null reply, which its signature does not declare. */
    private static Future<@Nullable Response> nullable(Future<Response> reply) {
        Promise<@Nullable Response> promise = Promise.promise();
        reply.onComplete(promise);
        return promise.future();
    }

    /** Returns the future's outcome, or a {@link TimeoutException} if it has none in time. */
    static <T extends @Nullable Object> Future<T> within(Vertx vertx, Future<T> future, Duration timeout) {
        Promise<T> promise = Promise.promise();
        long timer = vertx.setTimer(Math.max(1, timeout.toMillis()), id -> promise.tryFail(new TimeoutException()));
        future.onComplete(outcome -> {
            vertx.cancelTimer(timer);
            if (outcome.succeeded()) {
                promise.tryComplete(outcome.result());
            } else {
                promise.tryFail(outcome.cause());
            }
        });
        return promise.future();
    }
}
