package dev.rodingateway.shared.checks;

import dev.rodingateway.shared.FencingToken;
import dev.rodingateway.shared.SharedOutcome;
import dev.rodingateway.shared.SharedStore;
import dev.rodingateway.shared.StoreUnavailable;
import dev.rodingateway.shared.TaskHash;
import dev.rodingateway.status.CheckCoordinator.Known;
import dev.rodingateway.status.Finding;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Compares what this replica knows with what the store holds, after log entries may have been missed: adopts what is newer
 * there, and offers what was found here while the store was away. First it finishes what was begun before.
 */
final class Resynchronisation {

    /** As many tasks as {@link SharedStore#fetch} takes. */
    private static final int AT_A_TIME = 1000;

    private static final int OFFERS_AT_A_TIME = 16;

    /** Offers are spread over this time: all replicas make them at once when the store has come back. */
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

    /** Begins, or begins anew after the one that is running. Where the store fails meanwhile, its return is the next occasion. */
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
                            LOG.error("What is known could not be compared with the shared store", failure);
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

    /** Returns those whose status the store does not hold. */
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
        Finding there = Findings.of(held.getOrDefault(task, new SharedOutcome.Nothing()));
        return known != null && (there == null || known.status().token() > there.token());
    }

    private Uni<SharedOutcome> offer(TaskHash task) {
        Known known = adoption.known(task);
        if (known == null) {
            return Uni.createFrom().nullItem();
        }
        Finding.Status found = known.status();
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
