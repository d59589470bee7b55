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
 * Lets those go who wait for changes when the gateway stops: their requests would not end by themselves before the
 * shutdown's limit. Not at once, for until the delay is nearly over those who come back would come here again.
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
