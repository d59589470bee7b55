package dev.rodingateway.shared;

import dev.rodingateway.shared.script.Tick;
import java.time.Duration;

/** The numbers of replicas and live tasks, as last reported by the store. */
final class Membership {

    private static final Duration SHORTEST_LIVE_TIME = Duration.ofMinutes(1);
    private static final Duration LONGEST_LIVE_TIME = Duration.ofHours(1);

    private volatile int replicas;
    private volatile int liveTasks;
    private volatile double refreshesPerSecond;

    /**
     * Creates a membership for the time before the store is first reached.
     *
     * @param expectedReplicas the number of replicas until then
     */
    Membership(int expectedReplicas) {
        this.replicas = expectedReplicas;
        this.refreshesPerSecond = 1;
    }

    void heartbeatReceived(Tick tick) {
        replicas = tick.replicas();
        liveTasks = tick.liveTasks();
        refreshesPerSecond = tick.levels().permitsPerSecond() / 2;
    }

    int replicas() {
        return replicas;
    }

    int liveTasks() {
        return liveTasks;
    }

    void setLiveTasks(int seen) {
        liveTasks = seen;
    }

    /**
     * Returns after how many milliseconds without a check a task no longer counts as live: longer than the interval
     * between two checks.
     */
    String liveTimeMillis() {
        Duration twice = Duration.ofMillis((long) (2000 * liveTasks / refreshesPerSecond));
        Duration liveTime = twice.compareTo(SHORTEST_LIVE_TIME) > 0 ? twice : SHORTEST_LIVE_TIME;
        return Long.toString((liveTime.compareTo(LONGEST_LIVE_TIME) > 0 ? LONGEST_LIVE_TIME : liveTime).toMillis());
    }
}
