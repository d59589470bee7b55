package dev.rodingateway.api.connection;

import dev.rodingateway.api.body.ByteBudget;
import java.util.function.Consumer;

/**
 * Limits of each connection.
 *
 * @param headNanos how long a request line and headers may take
 * @param idleNanos how long a connection may be without a request
 * @param writeNanos how long responses may be left unread
 * @param requests bytes of requests that are not yet answered, all connections together
 * @param unread bytes of responses that wait to be read, all connections together
 * @param closed notified of the reason when a connection is closed
 */
record ConnectionRules(
        long headNanos,
        long idleNanos,
        long writeNanos,
        ByteBudget requests,
        ByteBudget unread,
        Consumer<ConnectionLimits.Reason> closed) {

    private static final long LONGEST_PERIOD = 5_000_000_000L;

    /** Returns the time between two checks of a connection. */
    long periodNanos() {
        return Math.min(Math.min(headNanos, Math.min(idleNanos, writeNanos)) / 4, LONGEST_PERIOD);
    }
}
