package dev.rodingateway.rodin;

import java.util.concurrent.Future;

/** Runs tasks later, as {@link java.util.concurrent.ScheduledExecutorService} does, so that tests can say when. */
@FunctionalInterface
interface Timer {

    /** Arranges for the task to run after so many nanoseconds, never within this call; cancelling the future prevents it. */
    Future<?> runAfter(long nanos, Runnable task);
}
