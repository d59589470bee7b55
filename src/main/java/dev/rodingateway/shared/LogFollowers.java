package dev.rodingateway.shared;

import dev.rodingateway.shared.codec.Replies;
import dev.rodingateway.shared.redis.StoreClock;
import dev.rodingateway.shared.redis.StoreMetrics;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Distributes the entries of the log to its followers, in the order of the log except for outcomes that have to be
 * fetched.
 */
final class LogFollowers {

    private static final Logger LOG = Logger.getLogger(LogFollowers.class);

    private final List<Consumer<LogEntry>> followers = new CopyOnWriteArrayList<>();
    private final StoreClock clock;
    private final StoreMetrics metrics;
    private final String replica;

    LogFollowers(StoreClock clock, StoreMetrics metrics, String replica) {
        this.clock = clock;
        this.metrics = metrics;
        this.replica = replica;
    }

    void add(Consumer<LogEntry> follower) {
        followers.add(follower);
    }

    /**
     * Notifies the followers of an entry.
     *
     * @param fetch reads the outcome of a task, if that was too large for the log
     */
    void accept(Map<String, String> fields, Function<TaskHash, Uni<SharedOutcome>> fetch) {
        boolean isOwn = replica.equals(fields.get("r"));
        Replies.logEntry(fields, clock.micros()).ifPresent(entry -> notify(entry, isOwn));
        Replies.toBeFetched(fields).ifPresent(task -> fetch.apply(task)
                .subscribe()
                .with(
                        outcome -> notify(new LogEntry.Changed(task, outcome), isOwn),
                        unavailable -> LOG.debug("The outcome of a task could not be fetched.")));
    }

    void resynchronise() {
        notify(new LogEntry.Resynchronise(), true);
    }

    /** An exception of a follower must not stop the reading of the log. */
    private void notify(LogEntry entry, boolean isOwn) {
        if (entry instanceof LogEntry.Changed changed && changed.outcome() instanceof SharedOutcome.Status status) {
            clock.seen(status.token().value());
            if (!isOwn) {
                metrics.adopted();
            }
        }
        for (Consumer<LogEntry> follower : followers) {
            try {
                follower.accept(entry);
            } catch (RuntimeException e) {
                LOG.error("A follower of the shared log failed unexpectedly", e);
            }
        }
    }
}
