package dev.rodingateway.status.watch;

import com.github.benmanes.caffeine.cache.Scheduler;
import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.TaskStatuses;
import dev.rodingateway.status.Update;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A task and its subscribers: one sequence of checks, whose results all subscribers receive. Everything but
 * {@link #add} and {@link #remove} runs one step at a time on the executor's threads, without a lock.
 */
public final class WatchedTask {

    private final TaskKey key;
    private final TaskStatuses statuses;
    private final SerialExecutor serial;
    private final WatchTimers timers;
    private final Subscribers subscribers;

    private @Nullable Update latest;
    private boolean checking;
    private boolean ended;

    /**
     * Creates a watched task without subscribers.
     *
     * @param executor notifies the subscribers, of which there may be many
     * @param draining whether to complete a subscription as soon as the subscriber has received a status
     * @param leave removes a subscriber that threw an exception
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
        this.serial = new SerialExecutor(executor);
        this.timers = new WatchTimers(scheduler, serial);
        this.subscribers = new Subscribers(draining, subscriber -> leave.accept(this, subscriber));
    }

    public TaskKey key() {
        return key;
    }

    /** Adds a subscriber; {@link #joined} is to be called next. */
    public void add(Subscriber subscriber) {
        subscribers.add(subscriber);
    }

    /** Removes a subscriber; returns whether it was present. */
    public boolean remove(Subscriber subscriber) {
        return subscribers.remove(subscriber);
    }

    public boolean isEmpty() {
        return subscribers.isEmpty();
    }

    /**
     * Delivers the status to a new subscriber as soon as it is known; starts the sequence of checks for the first one.
     */
    public void joined(Subscriber subscriber) {
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
                subscribers.deliver(subscriber, before.number(), known);
            }
            if (latest == null && !ended) {
                timers.scheduleAcceptance(subscribers::accept);
            }
        });
    }

    /**
     * Delivers the cached status to all subscribers, or starts a check if there is none. Reschedules the next check.
     */
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

    /** Completes the watches of all subscribers that have received a status or been accepted. */
    public void drain() {
        serial.execute(subscribers::release);
    }

    /** Stops the sequence of checks. */
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
            scheduleNextCheck(statuses.untilNext(key));
        }
    }

    private void failed(Throwable failure) {
        boolean isTransient = failure instanceof LookupFailure known && !known.isFinal();
        try {
            if (failure instanceof LookupFailure known && known.isBudgetSpent()) {
                subscribers.accept();
            }
            subscribers.fail(failure, isTransient);
        } finally {
            scheduleNextCheck(WatchTimers.retryDelay(failure, statuses.untilNext(key)));
        }
    }

    private void publish(LookupResult answer) {
        Update update = Update.after(latest, answer);
        latest = update;
        timers.cancelAcceptance();
        subscribers.publish(update);
    }

    private void scheduleNextCheck(Duration delay) {
        checking = false;
        if (!ended) {
            timers.scheduleCheck(delay, this::check);
        }
    }
}
