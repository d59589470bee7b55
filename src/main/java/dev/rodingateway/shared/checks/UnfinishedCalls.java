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
 * Calls to repeat when the store is available again. A call whose reply did not arrive may have been executed, or may
 * be executed later by a server that was suspended. Its lease then remains in the store, and until it expires other
 * replicas would wait for a check that no replica makes.
 */
final class UnfinishedCalls {

    private static final int MAXIMUM = 1000;
    private static final int AT_A_TIME = 16;

    private static final Logger LOG = Logger.getLogger(UnfinishedCalls.class);

    private final Queue<Uni<?>> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();

    /** Adds a call, or drops it if there are too many: then its lease has to expire. */
    void add(Uni<?> call) {
        if (size.incrementAndGet() <= MAXIMUM) {
            calls.add(call);
        } else {
            size.decrementAndGet();
        }
    }

    /** Makes all calls, each once. Never fails: if the store is unavailable again, the leases have to expire. */
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
