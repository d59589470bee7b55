package dev.rodingateway.status;

import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One task and all who watch it: one sequence of checks, whose results all of them get. Everything but {@link #add} and
 * {@link #remove} happens one at a time, on the executor's threads and under no lock.
 */
final class Watch {

    private static final Logger LOG = Logger.getLogger(Watch.class);

    private final TaskKey key;
    private final TaskStatuses statuses;
    private final Later later;
    private final BooleanSupplier draining;
    private final BiConsumer<Watch, Watcher> leave;
    private final SerialExecutor serial;
    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

    private @Nullable News latest;
    private boolean checking;
    private boolean ended;
    private @Nullable Future<?> next;

    /**
     * @param executor where watchers are told, for there may be many
     * @param draining whether a watcher is let go once it has been told where the task stands
     * @param leave removes a watcher that cannot be told anything
     */
    Watch(
            TaskKey key,
            TaskStatuses statuses,
            Later later,
            Executor executor,
            BooleanSupplier draining,
            BiConsumer<Watch, Watcher> leave) {
        this.key = key;
        this.statuses = statuses;
        this.later = later;
        this.draining = draining;
        this.leave = leave;
        this.serial = new SerialExecutor(executor);
    }

    TaskKey key() {
        return key;
    }

    /** Adds one more, to be welcomed. */
    void add(Watcher watcher) {
        watchers.add(watcher);
    }

    /** Returns whether the watcher was there. */
    boolean remove(Watcher watcher) {
        return watchers.remove(watcher);
    }

    boolean isEmpty() {
        return watchers.isEmpty();
    }

    /** Tells the watcher where the task stands as soon as that is known; begins the sequence of checks for the first. */
    void welcome(Watcher watcher) {
        serial.execute(() -> {
            News before = latest;
            Answer known = statuses.known(key);
            if (before == null
                    || known == null
                    || (known.stale() && !before.answer().stale())) {
                check();
            } else if (known.differsFrom(before.answer())) {
                publish(known);
            } else {
                tell(watcher, before.number(), known);
            }
        });
    }

    /** Ends the watch of all who have been told where the task stands. */
    void drain() {
        serial.execute(() -> watchers.forEach(watcher -> attempt(watcher, watcher::release)));
    }

    /** No check is begun any more. */
    void end() {
        serial.execute(() -> {
            ended = true;
            cancelNext();
        });
    }

    private void check() {
        if (!checking && !ended) {
            checking = true;
            cancelNext();
            statuses.next(key).emitOn(serial).subscribe().with(this::checked, this::failed);
        }
    }

    private void checked(Answer answer) {
        try {
            Answer known = statuses.known(key);
            publish(known == null || known.snapshot() == answer.snapshot() ? answer : known);
        } finally {
            again();
        }
    }

    private void failed(Throwable failure) {
        boolean passes = failure instanceof LookupFailure known && !known.isFinal();
        try {
            watchers.forEach(watcher -> attempt(watcher, () -> watcher.fail(failure, passes)));
        } finally {
            again();
        }
    }

    /** Tells all who do not know; one of them is the one that a check was made for, the others shared it. */
    private void publish(Answer answer) {
        News news = News.after(latest, answer);
        latest = news;
        Answer tell = answer;
        for (Watcher watcher : watchers) {
            if (tell(watcher, news.number(), tell)) {
                tell = answer.shared();
            }
        }
    }

    private boolean tell(Watcher watcher, long number, Answer answer) {
        if (watcher.knows(number)) {
            return false;
        }
        attempt(watcher, () -> watcher.tell(number, answer));
        if (draining.getAsBoolean()) {
            attempt(watcher, watcher::release);
        }
        return true;
    }

    /** The watch of one who throws ends with that failure; it changes nothing for the others. */
    private void attempt(Watcher watcher, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            LOG.error("A watcher could not be told where its task stands", e);
            watcher.abort(e);
            leave.accept(this, watcher);
        }
    }

    private void again() {
        checking = false;
        if (!ended) {
            next = later.run(statuses.untilNext(key), () -> serial.execute(this::check));
        }
    }

    private void cancelNext() {
        if (next != null) {
            next.cancel(false);
        }
    }
}
