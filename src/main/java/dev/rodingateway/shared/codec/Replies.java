package dev.rodingateway.shared.codec;

import dev.rodingateway.shared.Begin;
import dev.rodingateway.shared.FencingToken;
import dev.rodingateway.shared.Lease;
import dev.rodingateway.shared.LogEntry;
import dev.rodingateway.shared.SharedOutcome;
import dev.rodingateway.shared.SharedOutcome.Nothing;
import dev.rodingateway.shared.TaskHash;
import dev.rodingateway.shared.script.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the replies of the scripts and the entries of the log. Throws a {@link RuntimeException} for any other reply.
 */
public final class Replies {

    private Replies() {}

    /** Returns the number of live tasks in a reply to begin or end. */
    public static int liveTasks(Reply reply) {
        return Math.toIntExact(Math.max(0, reply.number(1)));
    }

    /**
     * Decodes the reply to begin.
     *
     * @param lease creates the lease for a token, which begins at the store's time of the reply
     */
    public static Begin begin(Reply reply, LeaseFactory lease) {
        long now = reply.number(0);
        return switch (reply.text(2)) {
            case "adopt", "refused" -> new Begin.Adopt(held(reply));
            case "wait" -> new Begin.Wait(Duration.ofMillis(reply.number(3)));
            case "go" -> new Begin.Go(lease.create(new FencingToken(reply.number(3)), now));
            default -> throw new IllegalArgumentException("unknown reply");
        };
    }

    /** Creates a lease. */
    @FunctionalInterface
    public interface LeaseFactory {
        Lease create(FencingToken token, long begunMicros);
    }

    /** Decodes what the store holds according to a reply to begin or end. */
    public static SharedOutcome held(Reply reply) {
        return switch (reply.text(2)) {
            case "adopt", "held" -> OutcomeCodec.entry(reply, 3, reply.number(0));
            case "refused" -> OutcomeCodec.refusal(reply.text(3), reply.text(4), reply.text(5));
            case "nothing" -> new Nothing();
            default -> throw new IllegalArgumentException("unknown reply");
        };
    }

    /** Decodes a reply to fetch for these tasks; the map has no entry for a task that the store does not hold. */
    public static Map<TaskHash, SharedOutcome> fetched(Reply reply, List<TaskHash> requested) {
        Map<TaskHash, SharedOutcome> outcomes = new HashMap<>();
        for (int i = 0; i < requested.size(); i++) {
            SharedOutcome outcome = fetched(reply, i);
            if (!(outcome instanceof Nothing)) {
                outcomes.put(requested.get(i), outcome);
            }
        }
        return outcomes;
    }

    /**
     * Decodes the part of a reply to fetch for the task at an index: its status, or else the reason why it is not to be
     * checked.
     */
    private static SharedOutcome fetched(Reply reply, int index) {
        Reply entry = reply.list(1).list(2 * index);
        Reply refusal = reply.list(1).list(2 * index + 1);
        SharedOutcome outcome = entry.size() == 0 ? new Nothing() : OutcomeCodec.entry(entry, 0, reply.number(0));
        return outcome instanceof Nothing && refusal.size() > 0
                ? OutcomeCodec.refusal(refusal.text(0), refusal.text(1), refusal.text(2))
                : outcome;
    }

    /**
     * Decodes an entry of the log.
     *
     * @param nowMicros the store's time
     * @return empty if its kind is unknown or its outcome has to be fetched
     */
    public static Optional<LogEntry> logEntry(Map<String, String> fields, long nowMicros) {
        Optional<TaskHash> task = task(fields.get("h"));
        String kind = fields.getOrDefault("k", "");
        return task.flatMap(hash -> switch (kind) {
            case "L", "T", "N" -> changed(hash, OutcomeCodec.entry(fields, nowMicros));
            case "B" -> changed(hash, OutcomeCodec.refusal(fields.get("t"), fields.get("p"), fields.get("l")));
            case "R" -> Optional.of(new LogEntry.Released(hash));
            case "P" -> Optional.of(new LogEntry.Purged(hash));
            default -> Optional.empty();
        });
    }

    /** Returns the task of an entry whose outcome was too large for the log. */
    public static Optional<TaskHash> toBeFetched(Map<String, String> fields) {
        String kind = fields.getOrDefault("k", "");
        boolean isStatus = kind.equals("L") || kind.equals("T");
        return isStatus && !fields.containsKey("p") ? task(fields.get("h")) : Optional.empty();
    }

    private static Optional<LogEntry> changed(TaskHash task, SharedOutcome outcome) {
        return outcome instanceof Nothing ? Optional.empty() : Optional.of(new LogEntry.Changed(task, outcome));
    }

    private static Optional<TaskHash> task(@Nullable String hash) {
        try {
            return Optional.ofNullable(hash).map(TaskHash::new);
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }
}
