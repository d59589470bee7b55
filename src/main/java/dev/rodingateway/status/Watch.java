package dev.rodingateway.status;

import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One task and all who watch it: one sequence of checks, whose news all of them get. */
final class Watch {

    private final TaskKey key;
    private final Upkeep upkeep;
    private final Later later;
    private final Executor executor;
    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
    private volatile @Nullable News latest;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean ended;
    private @Nullable Future<?> next;

    /** @param executor where watchers are told, for there may be many */
    Watch(TaskKey key, Upkeep upkeep, Later later, Executor executor) {
        this.key = key;
        this.upkeep = upkeep;
        this.later = later;
        this.executor = executor;
    }

    /** Adds one more, to be welcomed. */
    void add(Watcher watcher) {
        watchers.add(watcher);
    }

    /** Returns whether nobody is left; then no check is begun any more. */
    boolean remove(Watcher watcher) {
        watchers.remove(watcher);
        if (!watchers.isEmpty()) {
            return false;
        }
        end();
        return true;
    }

    /** Begins the sequence of checks for the first; tells who comes later where the task stands, if that is known yet. */
    void welcome(Watcher watcher) {
        News news = latest;
        if (begun.compareAndSet(false, true)) {
            check();
        } else if (news != null) {
            watcher.tell(news);
        }
    }

    /** Lets all go. */
    void complete() {
        watchers.forEach(Watcher::letGo);
    }

    private void check() {
        upkeep.next(key).emitOn(executor).subscribe().with(this::tell, this::fail);
    }

    private void tell(Answer answer) {
        News news = News.after(latest, answer);
        latest = news;
        watchers.forEach(watcher -> watcher.tell(news));
        again();
    }

    private void fail(Throwable failure) {
        boolean passes = failure instanceof LookupFailure known && !known.isFinal();
        watchers.forEach(watcher -> watcher.fail(failure, passes));
        again();
    }

    private synchronized void again() {
        if (!ended) {
            next = later.run(upkeep.untilNext(key), this::check);
        }
    }

    private synchronized void end() {
        ended = true;
        if (next != null) {
            next.cancel(false);
        }
    }
}
