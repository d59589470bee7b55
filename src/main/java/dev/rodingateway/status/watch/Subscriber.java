package dev.rodingateway.status.watch;

import dev.rodingateway.status.LookupResult;
import io.smallrye.mutiny.subscription.MultiEmitter;

/** One who watches a task. Who is slow to hear misses what is outdated. Used by one thread at a time. */
public final class Subscriber {

    private final MultiEmitter<? super LookupResult> emitter;
    private final Runnable onAccepted;
    private long heard;
    private boolean accepted;

    /**
     * Creates a subscriber that has received nothing yet.
     *
     * @param onAccepted called once if it is accepted before it has been told anything
     */
    public Subscriber(MultiEmitter<? super LookupResult> emitter, Runnable onAccepted) {
        this.emitter = emitter;
        this.onAccepted = onAccepted;
    }

    /** From now on only what is final ends the watch, although nothing has been told yet. */
    void accept() {
        if (heard == 0 && !accepted) {
            accepted = true;
            onAccepted.run();
        }
    }

    /** Returns whether it has been told this or later news. */
    boolean knows(long number) {
        return number <= heard;
    }

    /** Tells where the task stands; a terminal status is the last. */
    void tell(long number, LookupResult answer) {
        heard = number;
        emitter.emit(answer);
        if (answer.snapshot().status().terminal()) {
            emitter.complete();
        }
    }

    /** Ends the watch, unless it has neither been told anything nor been accepted. */
    void release() {
        if (heard > 0 || accepted) {
            emitter.complete();
        }
    }

    /** Ends the watch of one who has thrown. */
    void abort(Throwable thrown) {
        emitter.fail(thrown);
    }

    /**
     * Ends the subscription with a failure.
     *
     * @param passes whether the failure is none for those who know where the task stands or have been accepted
     */
    void fail(Throwable failure, boolean passes) {
        if ((heard == 0 && !accepted) || !passes) {
            emitter.fail(failure);
        }
    }
}
