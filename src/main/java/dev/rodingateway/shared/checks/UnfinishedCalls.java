package dev.rodingateway.shared.checks;

import dev.rodingateway.shared.StoreUnavailable;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What remains to be done when the store is available again. A call whose reply did not arrive may have been executed all the
 * same, or be executed later by a server that was suspended. Then a lease remains in the store, and other replicas would wait
 * for a check that nobody makes any more, until it expires.
 */
final class UnfinishedCalls {

    private static final int MAXIMUM = 1000;
    private static final int AT_A_TIME = 16;

    private static final Logger LOG = Logger.getLogger(UnfinishedCalls.class);

    private final Queue<Uni<?>> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();

    /** Adds a call; when there are too many, its lease expires by itself. */
    void add(Uni<?> call) {
        if (size.incrementAndGet() <= MAXIMUM) {
            calls.add(call);
        } else {
            size.decrementAndGet();
        }
    }

    /** Makes all calls, each once. Never fails: where the store has gone again, what they are about expires. */
    Uni<Void> repeat() {
        return Multi.createFrom()
                .items(() -> Stream.generate(calls::poll).takeWhile(call -> call != null))
                .invoke(size::decrementAndGet)
                .onItem()
                .transformToUni(call -> call.replaceWithVoid()
                        .onFailure(StoreUnavailable.class)
                        .invoke(unavailable -> LOG.debug("A call could not be repeated"))
                        .onFailure(StoreUnavailable.class)
                        .recoverWithNull())
                .merge(AT_A_TIME)
                .collect()
                .asList()
                .replaceWithVoid();
    }
}
