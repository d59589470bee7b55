package dev.rodingateway.status.watch;

import dev.rodingateway.status.LookupResult;
import dev.rodingateway.status.Update;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The subscribers of a watched task. One that throws an exception ends with it and does not affect the others. May be added
 * to and removed from by any thread; everything else is called by one thread at a time.
 */
final class Subscribers {

    private static final Logger LOG = Logger.getLogger(Subscribers.class);

    private final Set<Subscriber> all = ConcurrentHashMap.newKeySet();
    private final BooleanSupplier draining;
    private final Consumer<Subscriber> leave;

    /**
     * Creates an empty set.
     *
     * @param draining whether to complete a subscription as soon as the subscriber has received a status
     * @param leave removes a subscriber that threw an exception
     */
    Subscribers(BooleanSupplier draining, Consumer<Subscriber> leave) {
        this.draining = draining;
        this.leave = leave;
    }

    void add(Subscriber subscriber) {
        all.add(subscriber);
    }

    /** Removes a subscriber; returns whether it was present. */
    boolean remove(Subscriber subscriber) {
        return all.remove(subscriber);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Accepts all that have not received a status yet. */
    void accept() {
        all.forEach(subscriber -> attemptThenDrain(subscriber, subscriber::accept));
    }

    /** Completes the subscriptions of all that have received a status or been accepted. */
    void release() {
        all.forEach(subscriber -> attempt(subscriber, subscriber::release));
    }

    /** Ends the subscriptions; a transient failure only those without a status that have not been accepted. */
    void fail(Throwable failure, boolean isTransient) {
        all.forEach(subscriber -> attempt(subscriber, () -> subscriber.fail(failure, isTransient)));
    }

    /**
     * Delivers the update to all that have not received it; its check counts as made for the first, the others shared it.
     */
    void publish(Update update) {
        LookupResult next = update.answer();
        for (Subscriber subscriber : all) {
            if (deliver(subscriber, update.number(), next)) {
                next = update.answer().shared();
            }
        }
    }

    /** Delivers a result to one subscriber; returns false if it has received it before. */
    boolean deliver(Subscriber subscriber, long number, LookupResult answer) {
        if (subscriber.hasReceived(number)) {
            return false;
        }
        attemptThenDrain(subscriber, () -> subscriber.deliver(number, answer));
        return true;
    }

    private void attemptThenDrain(Subscriber subscriber, Runnable action) {
        attempt(subscriber, action);
        if (draining.getAsBoolean()) {
            attempt(subscriber, subscriber::release);
        }
    }

    private void attempt(Subscriber subscriber, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            LOG.error("A subscriber could not be notified of the status of its task", e);
            subscriber.abort(e);
            leave.accept(subscriber);
        }
    }
}
