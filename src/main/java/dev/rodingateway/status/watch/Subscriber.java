package dev.rodingateway.status.watch;

import dev.rodingateway.status.LookupResult;
import io.smallrye.mutiny.subscription.MultiEmitter;

/** One subscriber of a watched task. A slow one misses outdated statuses. Used by one thread at a time. */
public final class Subscriber {

    private final MultiEmitter<? super LookupResult> emitter;
    private final Runnable onAccepted;
    private long lastReceived;
    private boolean accepted;

    /**
     * Creates a subscriber that has received nothing yet.
     *
     * @param onAccepted called once if the subscriber is accepted before it has received a status
     */
    public Subscriber(MultiEmitter<? super LookupResult> emitter, Runnable onAccepted) {
        this.emitter = emitter;
        this.onAccepted = onAccepted;
    }

    /** Accepts the subscriber without a status: from now on only a final failure ends its watch. */
    void accept() {
        if (lastReceived == 0 && !accepted) {
            accepted = true;
            onAccepted.run();
        }
    }

    /** Returns whether the subscriber has received the update with this number or a later one. */
    boolean hasReceived(long number) {
        return number <= lastReceived;
    }

    /** Delivers an update; completes after a terminal status. */
    void deliver(long number, LookupResult answer) {
        lastReceived = number;
        emitter.emit(answer);
        if (answer.snapshot().status().terminal()) {
            emitter.complete();
        }
    }

    /** Completes the watch if the subscriber has received a status or been accepted. */
    void release() {
        if (lastReceived > 0 || accepted) {
            emitter.complete();
        }
    }

    /** Ends the watch with the exception that the subscriber has thrown. */
    void abort(Throwable thrown) {
        emitter.fail(thrown);
    }

    /**
     * Ends the subscription with a failure.
     *
     * @param isTransient whether to ignore the failure if the subscriber has received a status or been accepted
     */
    void fail(Throwable failure, boolean isTransient) {
        if ((lastReceived == 0 && !accepted) || !isTransient) {
            emitter.fail(failure);
        }
    }
}
