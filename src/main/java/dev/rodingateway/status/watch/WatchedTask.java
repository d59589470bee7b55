package dev.rodingateway.status.watch;

import com.github.benmanes.caffeine.cache.Scheduler;
import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.TaskStatuses;
import dev.rodingateway.status.Update;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One task and all who watch it: one sequence of checks, whose results all of them get. Everything but {@link #add} and
 * {@link #remove} happens one at a time, on the executor's threads and under no lock.
 */
public final class WatchedTask {

    private static final Logger LOG = Logger.getLogger(WatchedTask.class);

    private final TaskKey key;
    private final TaskStatuses statuses;
    private final BooleanSupplier draining;
    private final BiConsumer<WatchedTask, Subscriber> leave;
    private final SerialExecutor serial;
    private final WatchTimers timers;
    private final Set<Subscriber> watchers = ConcurrentHashMap.newKeySet();

    private @Nullable Update latest;
    private boolean checking;
    private boolean ended;

    /**
     * Creates a watched task without subscribers.
     *
     * @param executor where watchers are told, for there may be many
     * @param draining whether a watcher is let go once it has been told where the task stands
     * @param leave removes a watcher that cannot be told anything
     */
    public WatchedTask(
            TaskKey key,
            TaskStatuses statuses,
            Scheduler scheduler,
            Executor executor,
            BooleanSupplier draining,
            BiConsumer<WatchedTask, Subscriber> leave) {
        this.key = key;
        this.statuses = statuses;
        this.draining = draining;
        this.leave = leave;
        this.serial = new SerialExecutor(executor);
        this.timers = new WatchTimers(scheduler, serial);
    }

    public TaskKey key() {
        return key;
    }

    /** Adds one more, to be welcomed. */
    public void add(Subscriber watcher) {
        watchers.add(watcher);
    }

    /** Returns whether the watcher was there. */
    public boolean remove(Subscriber watcher) {
        return watchers.remove(watcher);
    }

    public boolean isEmpty() {
        return watchers.isEmpty();
    }

    /** Tells the watcher where the task stands as soon as that is known; begins the sequence of checks for the first. */
    public void welcome(Subscriber watcher) {
        serial.execute(() -> {
            Update before = latest;
            LookupResult known = statuses.known(key);
            if (before == null
                    || known == null
                    || (known.stale() && !before.answer().stale())) {
                check();
            } else if (known.differsFrom(before.answer())) {
                publish(known);
            } else {
                tell(watcher, before.number(), known);
            }
            if (latest == null && !ended) {
                timers.scheduleAcceptance(() -> watchers.forEach(this::accept));
            }
        });
    }

    /** Tells all what is cached of the task now; where that is nothing, checks it. The next check is timed anew. */
    public void changed() {
        serial.execute(() -> {
            LookupResult known = statuses.known(key);
            if (known == null) {
                check();
                return;
            }
            publish(known);
            if (!checking && !ended) {
                timers.cancelCheck();
                timers.scheduleCheck(statuses.untilNext(key), this::check);
            }
        });
    }

    /** Ends the watch of all who have been told where the task stands. */
    public void drain() {
        serial.execute(() -> watchers.forEach(watcher -> attempt(watcher, watcher::release)));
    }

    /** No check is begun any more. */
    public void end() {
        serial.execute(() -> {
            ended = true;
            timers.cancelAll();
        });
    }

    private void check() {
        if (!checking && !ended) {
            checking = true;
            timers.cancelCheck();
            statuses.next(key).emitOn(serial).subscribe().with(this::checked, this::failed);
        }
    }

    private void checked(LookupResult answer) {
        try {
            LookupResult known = statuses.known(key);
            publish(known == null || known.snapshot() == answer.snapshot() ? answer : known);
        } finally {
            again(statuses.untilNext(key));
        }
    }

    private void failed(Throwable failure) {
        boolean passes = failure instanceof LookupFailure known && !known.isFinal();
        try {
            if (failure instanceof LookupFailure known && known.isBudgetSpent()) {
                watchers.forEach(this::accept);
            }
            watchers.forEach(watcher -> attempt(watcher, () -> watcher.fail(failure, passes)));
        } finally {
            again(WatchTimers.afterFirst(failure, statuses.untilNext(key)));
        }
    }

    private void accept(Subscriber watcher) {
        attemptThenDrain(watcher, watcher::accept);
    }

    /** Tells all who do not know; one of them is the one that a check was made for, the others shared it. */
    private void publish(LookupResult answer) {
        Update news = Update.after(latest, answer);
        latest = news;
        timers.cancelAcceptance();
        LookupResult tell = answer;
        for (Subscriber watcher : watchers) {
            if (tell(watcher, news.number(), tell)) {
                tell = answer.shared();
            }
        }
    }

    private boolean tell(Subscriber watcher, long number, LookupResult answer) {
        if (watcher.knows(number)) {
            return false;
        }
        attemptThenDrain(watcher, () -> watcher.tell(number, answer));
        return true;
    }

    private void attemptThenDrain(Subscriber watcher, Runnable action) {
        attempt(watcher, action);
        if (draining.getAsBoolean()) {
            attempt(watcher, watcher::release);
        }
    }

    /** The watch of one who throws ends with that failure; it changes nothing for the others. */
    private void attempt(Subscriber watcher, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            LOG.error("A watcher could not be told where its task stands", e);
            watcher.abort(e);
            leave.accept(this, watcher);
        }
    }

    private void again(Duration delay) {
        checking = false;
        if (!ended) {
            timers.scheduleCheck(delay, this::check);
        }
    }
}
