package dev.rodingateway.shared.redis;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.shared.StoreUnavailable;
import dev.rodingateway.shared.script.Reply;
import dev.rodingateway.shared.script.Script;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Executes scripts on the current connection, from any thread. Also serves as a circuit breaker: after the first call
 * that fails or times out the connection is no longer used, and calls fail immediately until there is a new one.
 */
public final class StoreLink {

    private final Vertx vertx;
    private final Duration timeout;
    private final StoreMetrics metrics;
    private final StoreClock clock;
    private volatile @Nullable OpenConnection current;
    private volatile BiConsumer<OpenConnection, Throwable> lossHandler = (connection, failure) -> {};

    public StoreLink(Vertx vertx, Duration timeout, StoreMetrics metrics, StoreClock clock) {
        this.vertx = vertx;
        this.timeout = timeout;
        this.metrics = metrics;
        this.clock = clock;
    }

    public boolean isAvailable() {
        return current != null;
    }

    /** Executes a script; fails with {@link StoreUnavailable} only. */
    public Future<Reply> call(Script script, List<String> keys, List<String> arguments) {
        OpenConnection connection = current;
        if (connection == null) {
            return Future.failedFuture(new StoreUnavailable("not connected"));
        }
        return call(connection, script, keys, arguments)
                .onFailure(failure -> lossHandler.accept(connection, failure))
                .recover(failure -> Future.failedFuture(new StoreUnavailable(Failures.describe(failure))));
    }

    /** Reports a reply that could not be decoded, which counts as a failed call. */
    void failed(Throwable failure) {
        OpenConnection connection = current;
        if (connection != null) {
            lossHandler.accept(connection, failure);
        }
    }

    /** Executes a script on a connection; a server that does not know the script receives its source. */
    Future<Reply> call(OpenConnection connection, Script script, List<String> keys, List<String> arguments) {
        long begun = Ticker.systemTicker().read();
        Future<Reply> reply = connection
                .send(request(Command.EVALSHA, script.sha1(), keys, arguments))
                .recover(failure -> Failures.isUnknownScript(failure)
                        ? connection.send(request(Command.EVAL, script.text(), keys, arguments))
                        : Future.<@Nullable Response>failedFuture(failure))
                .map(Reply::of);
        return OpenConnection.within(vertx, reply, timeout)
                .onSuccess(outcome -> clock.synchronise(outcome.number(0), begun))
                .onComplete(outcome -> metrics.called(
                        script,
                        outcome.succeeded() ? "ok" : Failures.label(outcome.cause()),
                        Duration.ofNanos(Ticker.systemTicker().read() - begun)));
    }

    boolean isCurrent(OpenConnection connection) {
        return connection == current;
    }

    /** Replaces the current connection. */
    void use(OpenConnection connection) {
        current = connection;
    }

    /** Closes the current connection. */
    void close() {
        OpenConnection last = current;
        current = null;
        if (last != null) {
            last.close();
        }
    }

    /** Sets the handler of failed calls, which may run in any thread. */
    void onLoss(BiConsumer<OpenConnection, Throwable> handler) {
        lossHandler = handler;
    }

    private static Request request(Command command, String script, List<String> keys, List<String> arguments) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        arguments.forEach(request::arg);
        return request;
    }
}
