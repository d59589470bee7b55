package dev.rodingateway.shared.checks;

import dev.rodingateway.shared.LogEntry;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Applies what other replicas wrote to the log. */
final class LogFollower implements Consumer<LogEntry> {

    private final Adoption adoption;
    private final Waiters waiters;
    private final Resynchronisation resynchronisation;
    private final Executor executor;

    /**
     * Creates a follower.
     *
     * @param executor runs work that would block the thread of the log for too long
     */
    LogFollower(Adoption adoption, Waiters waiters, Resynchronisation resynchronisation, Executor executor) {
        this.adoption = adoption;
        this.waiters = waiters;
        this.resynchronisation = resynchronisation;
        this.executor = executor;
    }

    @Override
    public void accept(LogEntry entry) {
        if (entry instanceof LogEntry.Changed changed) {
            adoption.apply(changed.task(), changed.outcome());
            waiters.complete(changed.task(), changed);
        } else if (entry instanceof LogEntry.Released released) {
            waiters.complete(released.task(), released);
        } else if (entry instanceof LogEntry.Purged purged) {
            executor.execute(() -> adoption.purge(purged.task()));
        } else {
            resynchronisation.run();
        }
    }
}
