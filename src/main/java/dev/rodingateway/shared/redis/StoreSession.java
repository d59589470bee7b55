package dev.rodingateway.shared.redis;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.shared.StoreUnavailable;
import dev.rodingateway.shared.script.Script;
import dev.rodingateway.shared.script.StoreKeys;
import dev.rodingateway.shared.script.Tick;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Maintains the session with the store: connects, follows the log, sends a heartbeat each second, and after any failure
 * closes both connections and opens new ones. Never blocks a caller. Runs on one event loop.
 */
public final class StoreSession {

    private static final Logger LOG = Logger.getLogger(StoreSession.class);
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration BETWEEN_HEARTBEATS = Duration.ofSeconds(1);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final int MAX_DOUBLINGS = 3;

    private final Vertx vertx;
    private final Context context;
    private final RedisConnector connector;
    private final StoreLink link;
    private final LogReader log;
    private final List<String> heartbeatKeys;
    private final Events events;

    private @Nullable OpenConnection logConnection;
    private boolean stopped;
    private boolean warned;
    private int failures;

    /**
     * Callbacks of the session.
     *
     * @param heartbeat returns the arguments of a heartbeat
     * @param heartbeatReceived receives the reply
     * @param failed called when a heartbeat has failed
     * @param lost called when the store has become unavailable
     * @param logged receives the fields of each entry of the log
     * @param resynchronise called when entries of the log may have been missed
     */
    public record Events(
            Supplier<List<String>> heartbeat,
            Consumer<Tick> heartbeatReceived,
            Runnable failed,
            Runnable lost,
            Consumer<Map<String, String>> logged,
            Runnable resynchronise) {}

    public StoreSession(Vertx vertx, RedisSettings settings, StoreLink link, Events events) {
        StoreKeys keys = new StoreKeys(settings.namespace());
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.connector = new RedisConnector(vertx, settings, CONNECT);
        this.link = link;
        this.log = new LogReader(keys, events.logged(), events.resynchronise(), Ticker.systemTicker());
        this.heartbeatKeys = keys.heartbeat();
        this.events = events;
    }

    public void start() {
        link.onLoss(this::lose);
        context.runOnContext(unused -> connect());
    }

    /**
     * Sends a last heartbeat and closes the connections; afterwards the store is unavailable.
     *
     * @param leaving arguments of the heartbeat that removes this replica
     */
    public void stop(List<String> leaving) {
        context.runOnContext(unused -> {
            stopped = true;
            link.call(Script.TICK, heartbeatKeys, leaving)
                    .onComplete(outcome -> context.runOnContext(again -> close()));
        });
    }

    /** Returns the time since the log was last read completely; zero while the store is unavailable. */
    public Duration logLag() {
        return link.isAvailable() ? log.lag() : Duration.ZERO;
    }

    private void connect() {
        if (stopped) {
            return;
        }
        connector
                .open()
                .compose(commands -> connector
                        .open()
                        .compose(forLog -> sendHeartbeat(commands)
                                .onSuccess(tick -> context.runOnContext(unused -> use(commands, forLog, tick)))
                                .onFailure(failure -> forLog.close()))
                        .onFailure(failure -> commands.close()))
                .onFailure(failure -> context.runOnContext(unused -> retry(failure)));
    }

    private void use(OpenConnection commands, OpenConnection forLog, Tick tick) {
        if (stopped) {
            commands.close();
            forLog.close();
            return;
        }
        commands.onEnd(() -> lose(commands, new StoreUnavailable("connection closed")));
        forLog.onEnd(() -> lose(commands, new StoreUnavailable("connection closed")));
        logConnection = forLog;
        failures = 0;
        warned = false;
        link.use(commands);
        LOG.infof("The shared store is available; replicas that use it: %d.", tick.replicas());
        events.heartbeatReceived().accept(tick);
        log.start(forLog, tick, failure -> lose(commands, failure));
        scheduleHeartbeat(commands);
    }

    private void scheduleHeartbeat(OpenConnection connection) {
        vertx.setTimer(BETWEEN_HEARTBEATS.toMillis(), timer -> {
            if (!link.isCurrent(connection)) {
                return;
            }
            long numberBefore = log.number();
            sendHeartbeat(connection)
                    .onSuccess(tick -> context.runOnContext(unused -> {
                        if (link.isCurrent(connection)) {
                            events.heartbeatReceived().accept(tick);
                            log.compare(tick, numberBefore);
                            scheduleHeartbeat(connection);
                        }
                    }))
                    .onFailure(failure -> lose(connection, failure));
        });
    }

    private Future<Tick> sendHeartbeat(OpenConnection connection) {
        return link.call(
                        connection,
                        Script.TICK,
                        heartbeatKeys,
                        events.heartbeat().get())
                .map(Tick::read)
                .onFailure(failure -> events.failed().run());
    }

    private void lose(OpenConnection connection, Throwable failure) {
        context.runOnContext(unused -> {
            if (link.isCurrent(connection) && !stopped) {
                close();
                events.lost().run();
                retry(failure);
            }
        });
    }

    private void retry(Throwable failure) {
        if (stopped) {
            return;
        }
        if (!warned) {
            warned = true;
            LOG.warnf(
                    "The shared store is unavailable (%s). This replica continues with its share of the budget.",
                    Failures.describe(failure));
        }
        long delay = FIRST_RETRY.toMillis() << Math.min(failures++, MAX_DOUBLINGS);
        vertx.setTimer(
                ThreadLocalRandom.current().nextLong(delay / 2, delay + 1),
                timer -> context.runOnContext(unused -> connect()));
    }

    private void close() {
        log.stop();
        link.close();
        if (logConnection != null) {
            logConnection.close();
            logConnection = null;
        }
    }
}
