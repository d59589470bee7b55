package dev.rodingateway.api;

import dev.rodingateway.task.RetryDelay;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.ServiceUnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Limits the lists of tasks that are processed at the same time: how many are being looked up or sent, and the bytes of the
 * bodies being received. What exceeds a limit is rejected with a 503 and {@code Retry-After}.
 */
@Singleton
public final class ListLimit {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final int maximum;
    private final long maximumBytes;
    private final AtomicInteger inProgress = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    @Inject
    ListLimit(ListsConfig config) {
        this.maximum = config.maximum();
        this.maximumBytes = (long) maximum * KeyList.LONGEST_BODY;
    }

    /**
     * Runs the look-up of a list. It counts until both the look-up and its response have ended, even if the caller has
     * disconnected: until then it takes memory.
     *
     * @param whenResponseEnds registers a callback for when the response has been sent or the caller has disconnected; called
     *     at once if that has happened already
     * @return fails with a {@link ServiceUnavailableException} if as many lists as allowed are in progress
     */
    <T> Uni<T> run(Supplier<Uni<T>> lookUp, Consumer<Runnable> whenResponseEnds) {
        return Uni.createFrom().deferred(() -> {
            if (inProgress.incrementAndGet() > maximum) {
                inProgress.decrementAndGet();
                return Uni.createFrom().failure(full());
            }
            AtomicInteger notEnded = new AtomicInteger(2);
            whenResponseEnds.accept(endOnce(notEnded));
            return Uni.createFrom().deferred(lookUp::get).onTermination().invoke(endOnce(notEnded));
        });
    }

    private Runnable endOnce(AtomicInteger notEnded) {
        AtomicBoolean ended = new AtomicBoolean();
        return () -> {
            if (ended.compareAndSet(false, true) && notEnded.decrementAndGet() == 0) {
                inProgress.decrementAndGet();
            }
        };
    }

    /** Reserves memory for a part of a body; returns whether there was enough. */
    public boolean reserve(int count) {
        if (bytes.addAndGet(count) > maximumBytes) {
            bytes.addAndGet(-count);
            return false;
        }
        return true;
    }

    public void release(long count) {
        bytes.addAndGet(-count);
    }

    /** Returns how many lists are being looked up or sent. */
    int inProgress() {
        return inProgress.get();
    }

    /** Returns how many bytes of bodies are reserved. */
    long reservedBytes() {
        return bytes.get();
    }

    public static ServiceUnavailableException full() {
        return new ServiceUnavailableException(RetryDelay.spread(RETRY_AFTER).toSeconds());
    }
}
