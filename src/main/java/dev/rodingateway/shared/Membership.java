package dev.rodingateway.shared;

import dev.rodingateway.shared.script.Tick;
import java.time.Duration;

/** How many replicas and live tasks there are, as last seen. */
final class Membership {

    private static final Duration SHORTEST_LATELY = Duration.ofMinutes(1);
    private static final Duration LONGEST_LATELY = Duration.ofHours(1);

    private volatile int replicas;
    private volatile int liveTasks;
    private volatile double refreshesPerSecond;

    /**
     * Creates a membership before the store was reached.
     *
     * @param expectedReplicas until then
     */
    Membership(int expectedReplicas) {
        this.replicas = expectedReplicas;
        this.refreshesPerSecond = 1;
    }

    void beaten(Tick tick) {
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

    void noteLiveTasks(int seen) {
        liveTasks = seen;
    }

    /** Returns for how many milliseconds a task counts as live that is not checked again: longer than between two checks. */
    String lately() {
        Duration twice = Duration.ofMillis((long) (2000 * liveTasks / refreshesPerSecond));
        Duration lately = twice.compareTo(SHORTEST_LATELY) > 0 ? twice : SHORTEST_LATELY;
        return Long.toString((lately.compareTo(LONGEST_LATELY) > 0 ? LONGEST_LATELY : lately).toMillis());
    }
}
