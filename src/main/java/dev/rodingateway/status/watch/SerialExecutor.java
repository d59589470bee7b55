package dev.rodingateway.status.watch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Runs tasks one at a time, in the order of submission, on the threads of another executor. State that only such tasks
 * access needs no lock. An exception of a task is logged, and the tasks after it still run. If the other executor
 * rejects tasks, as during shutdown, or fails, they run in the submitting thread.
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
                LOG.debug("Tasks run in the submitting thread", stopping);
                runAll();
            } catch (RuntimeException | Error failure) {
                runAll(); // otherwise these and all later tasks would never run
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
            LOG.error("A task of a watch failed unexpectedly", e);
        }
    }
}
