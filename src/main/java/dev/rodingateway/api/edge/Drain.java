package dev.rodingateway.api.edge;

import dev.rodingateway.status.TaskWatches;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends long polls and streams during shutdown, because they would not end before the shutdown timeout otherwise. It
 * does so only when the shutdown delay is nearly over, because until then their callers might reconnect to this
 * process.
 */
@Singleton
final class Drain {

    private final TaskWatches watches;
    private final Vertx vertx;
    private final Duration delay;

    @Inject
    Drain(TaskWatches watches, Vertx vertx, @ConfigProperty(name = "quarkus.shutdown.delay") Duration delay) {
        this.watches = watches;
        this.vertx = vertx;
        this.delay = delay;
    }

    void stopping(@Observes ShutdownDelayInitiatedEvent event) {
        long fourFifths = delay.toMillis() * 4 / 5;
        if (fourFifths == 0) {
            watches.drain();
        } else {
            vertx.setTimer(fourFifths, due -> watches.drain());
        }
    }
}
