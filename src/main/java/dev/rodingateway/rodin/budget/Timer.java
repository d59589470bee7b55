package dev.rodingateway.rodin.budget;

import java.util.concurrent.Future;

/** Runs tasks later, as {@link java.util.concurrent.ScheduledExecutorService} does, so that tests can say when. */
@FunctionalInterface
public interface Timer {

    /** Arranges for the task to run after so many nanoseconds, never within this call; cancelling the future prevents it. */
    Future<?> runAfter(long nanos, Runnable task);
}
