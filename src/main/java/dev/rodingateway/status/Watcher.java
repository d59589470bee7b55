package dev.rodingateway.status;

import io.smallrye.mutiny.subscription.MultiEmitter;

/** One who watches a task. Who is slow to hear misses what is outdated. Used by one thread at a time. */
final class Watcher {

    private final MultiEmitter<? super Answer> emitter;
    private long heard;

    Watcher(MultiEmitter<? super Answer> emitter) {
        this.emitter = emitter;
    }

    /** Returns whether it has been told this or later news. */
    boolean knows(long number) {
        return number <= heard;
    }

    /** Tells where the task stands; a terminal status is the last. */
    void tell(long number, Answer answer) {
        heard = number;
        emitter.emit(answer);
        if (answer.snapshot().status().terminal()) {
            emitter.complete();
        }
    }

    /** Ends the watch, unless nothing has been told yet. */
    void release() {
        if (heard > 0) {
            emitter.complete();
        }
    }

    /** Ends the watch of one who has thrown. */
    void abort(Throwable thrown) {
        emitter.fail(thrown);
    }

    /** @param passes whether the failure is none for those who know where the task stands */
    void fail(Throwable failure, boolean passes) {
        if (heard == 0 || !passes) {
            emitter.fail(failure);
        }
    }
}
