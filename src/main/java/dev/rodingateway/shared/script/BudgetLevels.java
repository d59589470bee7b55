package dev.rodingateway.shared.script;

/**
 * The levels of the shared budget in a reply.
 *
 * @param granted permits granted so far
 * @param first the fill level of the bucket for first checks; negative while permits are granted in advance
 * @param refresh the fill level of the bucket for refreshes
 * @param perMinute the budget that applies, the smallest of all replicas'
 * @param firstsPerSecond the recent rate of first checks
 */
public record BudgetLevels(long granted, double first, double refresh, int perMinute, double firstsPerSecond) {

    /** Returns the levels before the first reply: no permit is left. */
    public static BudgetLevels unknown(int perMinute) {
        return new BudgetLevels(0, 0, 0, perMinute, 0);
    }

    /** Decodes the levels, which start at this index of a reply. */
    public static BudgetLevels read(Reply reply, int index) {
        return new BudgetLevels(
                Math.max(0, reply.number(index)),
                share(reply.text(index + 1)),
                share(reply.text(index + 2)),
                Math.toIntExact(Math.max(1, reply.number(index + 3))),
                Math.max(0, Double.parseDouble(reply.text(index + 4))));
    }

    /** Returns the rate at which the budget refills. */
    public double permitsPerSecond() {
        return perMinute * 0.75 / 61;
    }

    /** Returns how many permits could be granted now. */
    public int left() {
        double capacity = Math.max(1, perMinute / 8.0 - 1);
        return (int) (Math.max(0, first) * capacity) + (int) (Math.max(0, refresh) * capacity);
    }

    private static double share(String text) {
        return Math.max(-1000, Math.min(1, Double.parseDouble(text)));
    }
}
