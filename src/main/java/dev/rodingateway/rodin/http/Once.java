package dev.rodingateway.rodin.http;

import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a task the first time only: a Uni may report its termination twice when it ends and is cancelled at the same time. */
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
