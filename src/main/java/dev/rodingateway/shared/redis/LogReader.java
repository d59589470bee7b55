package dev.rodingateway.shared.redis;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.rodingateway.shared.script.Reply;
import dev.rodingateway.shared.script.StoreKeys;
import dev.rodingateway.shared.script.Tick;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log that all replicas append to, on a connection of its own. Entries are numbered: if a number is missing,
 * or heartbeats show that the log has restarted or that entries do not arrive, the followers resynchronise. Runs on one
 * event loop.
 */
final class LogReader {

    static final Duration BLOCK = Duration.ofMillis(500);

    /** The timeout of a read, after which the connection counts as lost. */
    static final Duration SILENCE = Duration.ofSeconds(2);

    private static final int MAX_ENTRIES = 256;
    private static final String READABLE_VERSION = "1";

    private final String key;
    private final Consumer<Map<String, String>> entries;
    private final Runnable resynchronise;
    private final Ticker ticker;

    private @Nullable OpenConnection connection;
    private String epoch = "";
    private String lastId = "0-0";
    private volatile long number;
    private long announced;
    private volatile long upToDate;

    /**
     * Creates a reader.
     *
     * @param entries receives the fields of each entry
     * @param resynchronise called when entries may have been missed, and at the start
     */
    LogReader(StoreKeys keys, Consumer<Map<String, String>> entries, Runnable resynchronise, Ticker ticker) {
        this.key = keys.log();
        this.entries = entries;
        this.resynchronise = resynchronise;
        this.ticker = ticker;
        this.upToDate = ticker.read();
    }

    /** Starts to read at the end of the log as of the heartbeat. */
    void start(OpenConnection newConnection, Tick at, Consumer<Throwable> failed) {
        connection = newConnection;
        restart(at);
        read(newConnection, failed);
    }

    void stop() {
        connection = null;
    }

    /** Returns the number of the last entry that was read. */
    long number() {
        return number;
    }

    /** Returns the time since the log was last read completely. */
    Duration lag() {
        Duration since = Duration.ofNanos(ticker.read() - upToDate);
        return since.compareTo(BLOCK.multipliedBy(2)) > 0 ? since : Duration.ZERO;
    }

    /**
     * Compares the position with that of a heartbeat.
     *
     * @param numberBefore what {@link #number} was before the heartbeat
     */
    void compare(Tick tick, long numberBefore) {
        boolean restarted = !tick.epoch().equals(epoch) || tick.number() < numberBefore;
        boolean missing = number < announced;
        announced = tick.number();
        if (restarted || missing) {
            restart(tick);
        } else if (number >= announced) {
            upToDate = ticker.read();
        }
    }

    private void restart(Tick at) {
        epoch = at.epoch();
        lastId = at.lastId();
        number = at.number();
        announced = at.number();
        upToDate = ticker.read();
        resynchronise.run();
    }

    private void read(OpenConnection from, Consumer<Throwable> failed) {
        Request command = Request.cmd(Command.XREAD)
                .arg("COUNT")
                .arg(MAX_ENTRIES)
                .arg("BLOCK")
                .arg(BLOCK.toMillis())
                .arg("STREAMS")
                .arg(key)
                .arg(lastId);
        from.send(command, SILENCE)
                .onSuccess(reply -> {
                    if (from == connection) {
                        accept(reply);
                        read(from, failed);
                    }
                })
                .onFailure(failure -> {
                    if (from == connection) {
                        failed.accept(failure);
                    }
                });
    }

    /** The reply is null if nothing was appended; otherwise a list with one stream, of its key and its entries. */
    private void accept(@Nullable Response reply) {
        if (reply != null && reply.size() > 0) {
            Reply all = Reply.of(reply).list(0).list(1);
            for (int i = 0; i < all.size(); i++) {
                Reply entry = all.list(i);
                lastId = entry.text(0);
                accept(fields(entry.list(1)));
            }
        }
    }

    private void accept(Map<String, String> fields) {
        long next = number(fields.get("n"));
        if (next != number + 1) {
            resynchronise.run();
        }
        number = next;
        if (READABLE_VERSION.equals(fields.get("v"))) {
            entries.accept(fields);
        }
    }

    private static Map<String, String> fields(Reply pairs) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            fields.put(pairs.text(i), pairs.text(i + 1));
        }
        return fields;
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? -1 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
