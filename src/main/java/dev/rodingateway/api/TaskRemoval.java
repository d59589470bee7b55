package dev.rodingateway.api;

import dev.rodingateway.status.CacheUpdates;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.TaskKey;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Objects;
import org.jboss.logging.Logger;

/**
 * Lets operators remove a task from the cache, on the management port: {@code DELETE /tasks/{key}}. A terminal status
 * is not checked again while it is cached, so that with a shared store a wrong one would survive every restart.
 */
@Singleton
public final class TaskRemoval {

    private static final String PATH = "/tasks/:key";

    private static final Logger LOG = Logger.getLogger(TaskRemoval.class);

    private final CacheUpdates cache;

    @Inject
    TaskRemoval(CacheUpdates cache) {
        this.cache = cache;
    }

    void register(@Observes ManagementInterface management) {
        management.router().delete(PATH).handler(this::remove);
    }

    private void remove(RoutingContext request) {
        TaskKey key;
        try {
            key = new TaskKey(Objects.requireNonNull(request.pathParam("key")));
        } catch (LookupFailure illFormed) {
            end(request, 400, "This is not the key of a task.");
            return;
        }
        cache.remove(key)
                .subscribe()
                .with(
                        unused -> {
                            LOG.infof("The task %s was removed by an operator.", key.fingerprint());
                            end(request, 204, "");
                        },
                        failure -> {
                            LOG.warnf(
                                    "The task %s was removed by an operator from this replica, but the shared store is not"
                                            + " available.",
                                    key.fingerprint());
                            end(
                                    request,
                                    503,
                                    "Removed from this replica only: the shared store is not available. Try again.");
                        });
    }

    private static void end(RoutingContext request, int status, String text) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain")
                .putHeader("Cache-Control", "no-store")
                .end(text);
    }
}
