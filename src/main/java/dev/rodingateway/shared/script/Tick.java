package dev.rodingateway.shared.script;

import java.time.Duration;

/**
 * The reply to a heartbeat.
 *
 * @param timeMicros the store's time
 * @param replicas the number of replicas, at least 1
 * @param liveTasks the number of live tasks of all replicas
 * @param epoch of the log
 * @param number of the last entry of the log
 * @param lastId of the last entry of the log
 * @param paused the rest of the pause
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

    public static Tick read(Reply reply) {
        return new Tick(
                reply.number(0),
                Math.toIntExact(Math.max(1, reply.number(1))),
                Math.toIntExact(Math.max(0, reply.number(2))),
                reply.text(3),
                Math.max(0, reply.number(4)),
                reply.text(5),
                Duration.ofMillis(Math.max(0, Math.min(LONGEST_PAUSE_MS, reply.number(6)))),
                BudgetLevels.read(reply, 7));
    }
}
