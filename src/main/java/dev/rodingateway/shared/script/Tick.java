package dev.rodingateway.shared.script;

import io.vertx.redis.client.Response;
import java.time.Duration;

/**
 * The reply to a heartbeat.
 *
 * @param timeMicros the store's time
 * @param replicas at least this one
 * @param liveTasks of all replicas
 * @param epoch of the log
 * @param number of the last entry of the log
 * @param lastId of the last entry of the log
 * @param paused what is left of the pause
 * @param levels of the budget
 */
public record Tick(
        long timeMicros,
        int replicas,
        int liveTasks,
        String epoch,
        long number,
        String lastId,
        Duration paused,
        BudgetLevels levels) {

    private static final long LONGEST_PAUSE_MS = Duration.ofMinutes(5).toMillis();

    public static Tick read(Response reply) {
        return new Tick(
                reply.get(0).toLong(),
                Math.toIntExact(Math.max(1, reply.get(1).toLong())),
                Math.toIntExact(Math.max(0, reply.get(2).toLong())),
                reply.get(3).toString(),
                Math.max(0, reply.get(4).toLong()),
                reply.get(5).toString(),
                Duration.ofMillis(
                        Math.max(0, Math.min(LONGEST_PAUSE_MS, reply.get(6).toLong()))),
                BudgetLevels.read(reply, 7));
    }
}
