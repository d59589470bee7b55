package dev.rodingateway.status.watch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Runs tasks one at a time, in the order in which they were given, on the threads of another executor. What only such
 * tasks touch needs no lock. A task that throws is logged, and those after it run. Where the other executor takes no more,
 * as when the gateway stops, or fails, they run in the thread that gives them.
 */
final class SerialExecutor implements Executor {

    private static final Logger LOG = Logger.getLogger(SerialExecutor.class);

    private final Executor threads;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    SerialExecutor(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            try {
                threads.execute(this::runAll);
            } catch (RejectedExecutionException stopping) {
                LOG.debug("Tasks run in their caller's thread", stopping);
                runAll();
            } catch (RuntimeException | Error failure) {
                runAll(); // otherwise these and all tasks after them would wait for ever
                throw failure;
            }
        }
    }

    private void runAll() {
        do {
            run(tasks.remove());
        } while (waiting.decrementAndGet() > 0);
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("A task of a watch ended in an unexpected failure", e);
        }
    }
}
