package dev.rodingateway.status;

import java.time.Duration;
import java.util.concurrent.Future;

/** Runs something later, so that tests can say when. */
@FunctionalInterface
public interface Later {

    /** Arranges for the task to run after the delay, never within this call; cancelling the future prevents it. */
    Future<?> run(Duration delay, Runnable task);
}
