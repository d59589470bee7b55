package dev.rodingateway.rodin.token;

import io.quarkus.runtime.Application;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Logs which API key is in use. Only once the gateway has started: where it cannot, one line says why and there is no other. */
@Singleton
final class KeyInUseLog {

    private static final Logger LOG = Logger.getLogger(KeyInUseLog.class);
    private static final long POLL_MILLIS = 50;

    /** Polls, for there is no event when all ports are open. */
    void starting(@Observes StartupEvent event, Vertx vertx, TokenStore tokens) {
        vertx.setPeriodic(POLL_MILLIS, timer -> {
            Application application = Application.currentApplication();
            if (application != null && application.isStarted()) {
                vertx.cancelTimer(timer);
                LOG.infof(
                        "The API key in use has the fingerprint %s.",
                        tokens.get().fingerprint());
            }
        });
    }
}
