package dev.rodingateway.shared.checks;

import dev.rodingateway.shared.FencingToken;
import dev.rodingateway.shared.SharedOutcome;
import dev.rodingateway.shared.SharedStore;
import dev.rodingateway.shared.StoreUnavailable;
import dev.rodingateway.shared.TaskHash;
import dev.rodingateway.status.CheckCoordinator.Known;
import dev.rodingateway.status.SharedResult;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Compares the cache of this replica with the store after log entries may have been missed: adopts what is newer in the
 * store, and offers what was checked here while the store was unavailable. Before that it repeats unfinished calls.
 */
final class Resynchronisation {

    /** The maximum number of tasks for {@link SharedStore#fetch}. */
    private static final int AT_A_TIME = 1000;

    private static final int OFFERS_AT_A_TIME = 16;

    /** Offers are spread over this time, because all replicas make them when the store becomes available again. */
    private static final int SPREAD_MS = 500;

    private static final Logger LOG = Logger.getLogger(Resynchronisation.class);

    private final SharedStore store;
    private final KnownTasks tasks;
    private final Adoption adoption;
    private final UnfinishedCalls unfinished;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile boolean again;

    Resynchronisation(SharedStore store, KnownTasks tasks, Adoption adoption, UnfinishedCalls unfinished) {
        this.store = store;
        this.tasks = tasks;
        this.adoption = adoption;
        this.unfinished = unfinished;
    }

    /**
     * Starts a resynchronisation, or another one after the one that is running. If the store fails meanwhile, the next
     * one starts when it is available again.
     */
    void run() {
        again = true;
        if (running.compareAndSet(false, true)) {
            again = false;
            unfinished
                    .repeat()
                    .onItem()
                    .transformToMulti(unused -> Multi.createFrom().iterable(tasks.all()))
                    .group()
                    .intoLists()
                    .of(AT_A_TIME)
                    .onItem()
                    .transformToUniAndConcatenate(this::compare)
                    .onItem()
                    .transformToMultiAndConcatenate(
                            unshared -> Multi.createFrom().iterable(unshared))
                    .onItem()
                    .transformToUni(this::offer)
                    .merge(OFFERS_AT_A_TIME)
                    .collect()
                    .last()
                    .subscribe()
                    .with(unused -> ended(), failure -> {
                        if (!(failure instanceof StoreUnavailable)) {
                            LOG.error("The cache could not be compared with the shared store", failure);
                        }
                        ended();
                    });
        }
    }

    private void ended() {
        running.set(false);
        if (again) {
            run();
        }
    }

    /** Returns the tasks whose status the store does not hold. */
    private Uni<List<TaskHash>> compare(List<TaskHash> some) {
        return store.fetch(some).map(held -> {
            held.forEach(adoption::apply);
            return some.stream().filter(task -> isNewerHere(task, held)).toList();
        });
    }

    private boolean isNewerHere(TaskHash task, Map<TaskHash, SharedOutcome> held) {
        if (!tasks.takeUnshared(task)) {
            return false;
        }
        Known known = adoption.known(task);
        SharedResult there = SharedResults.of(held.getOrDefault(task, new SharedOutcome.Nothing()));
        return known != null && (there == null || known.status().token() > there.token());
    }

    private Uni<SharedOutcome> offer(TaskHash task) {
        Known known = adoption.known(task);
        if (known == null) {
            return Uni.createFrom().nullItem();
        }
        SharedResult.Status found = known.status();
        SharedOutcome.Status status = new SharedOutcome.Status(
                found.status(), new FencingToken(found.token()), found.checkedAt(), found.age(), found.took());
        int delay = ThreadLocalRandom.current().nextInt(1, SPREAD_MS);
        return Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(Duration.ofMillis(delay))
                .chain(() -> store.offer(task, status, known.usableFor()))
                .onFailure()
                .invoke(() -> tasks.setUnshared(task));
    }
}
