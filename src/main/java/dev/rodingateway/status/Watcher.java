package dev.rodingateway.status;

import io.smallrye.mutiny.subscription.MultiEmitter;

/** One who watches a task. Who is slow to hear misses what is outdated. */
final class Watcher {

    private final MultiEmitter<? super Answer> emitter;
    private long heard;

    Watcher(MultiEmitter<? super Answer> emitter) {
        this.emitter = emitter;
    }

    /** Tells the news unless they are old; a terminal status is the last. */
    synchronized void tell(News news) {
        if (news.number() <= heard) {
            return;
        }
        heard = news.number();
        emitter.emit(news.answer());
        if (news.answer().snapshot().status().terminal()) {
            emitter.complete();
        }
    }

    /** @param passes whether the failure is none for those who know where the task stands */
    synchronized void fail(Throwable failure, boolean passes) {
        if (heard == 0 || !passes) {
            emitter.fail(failure);
        }
    }

    void letGo() {
        emitter.complete();
    }
}
