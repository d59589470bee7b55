package dev.rodingateway.shared.checks;

import dev.rodingateway.rodin.RequestClass;
import dev.rodingateway.shared.Begin;
import dev.rodingateway.shared.SharedStore;
import dev.rodingateway.shared.TaskHash;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Attempts to begin a check whose reply did not arrive. The store may have granted a lease all the same, or grant it later
 * when it has been suspended, and other replicas would wait for a check that nobody makes.
 */
final class AbandonedTries {

    private static final int MAXIMUM = 1000;
    private static final int AT_A_TIME = 16;

    private final SharedStore store;
    private final Queue<Try> tries = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();

    AbandonedTries(SharedStore store) {
        this.store = store;
    }

    /** Adds an attempt; when there are too many, its lease expires by itself. */
    void add(TaskHash task, RequestClass requestClass, String tryId) {
        if (size.incrementAndGet() <= MAXIMUM) {
            tries.add(new Try(task, requestClass, tryId));
        } else {
            size.decrementAndGet();
        }
    }

    /** Releases the leases of all attempts; fails when the store does. */
    Uni<Void> release() {
        return Multi.createFrom()
                .items(() -> Stream.generate(tries::poll).takeWhile(next -> next != null))
                .invoke(size::decrementAndGet)
                .onItem()
                .transformToUni(this::release)
                .merge(AT_A_TIME)
                .collect()
                .asList()
                .replaceWithVoid();
    }

    /** The same attempt again returns its lease; a token as high as that of a check that begins now finds nothing newer. */
    private Uni<Void> release(Try abandoned) {
        return store.begin(abandoned.task(), abandoned.requestClass(), abandoned.tryId(), store.localToken())
                .chain(begin -> begin instanceof Begin.Go go
                        ? store.release(go.lease())
                        : Uni.createFrom().voidItem());
    }

    private record Try(TaskHash task, RequestClass requestClass, String tryId) {}
}
