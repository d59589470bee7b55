package dev.rodingateway.rodin.budget;

import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a task the first time only: a Uni may signal its termination twice where an end and a cancellation meet. */
public final class Once implements Runnable {

    private final AtomicBoolean done = new AtomicBoolean();
    private final Runnable task;

    private Once(Runnable task) {
        this.task = task;
    }

    public static Once of(Runnable task) {
        return new Once(task);
    }

    @Override
    public void run() {
        if (done.compareAndSet(false, true)) {
            task.run();
        }
    }
}
