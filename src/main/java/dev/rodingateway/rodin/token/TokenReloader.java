package dev.rodingateway.rodin.token;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Application;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Keeps the API key up to date with its file, reports its age, and logs which key is in use. It polls the file, because not
 * every file system notifies of a change when a symbolic link on the path to the file is swapped.
 */
@Startup
@Singleton
final class TokenReloader {

    private static final Logger LOG = Logger.getLogger(TokenReloader.class);

    private static final long POLL_MILLIS = 50;

    private final ScheduledExecutorService scheduler;

    @Inject
    TokenReloader(TokenStore tokens, TokenConfig config, MeterRegistry meters) {
        this(tokens, config, meters, Executors.newSingleThreadScheduledExecutor(TokenReloader::daemon));
    }

    /**
     * Creates a reloader; it reads nothing before it is started.
     *
     * @param scheduler reads the file; shut down by this object
     */
    TokenReloader(TokenStore tokens, TokenConfig config, MeterRegistry meters, ScheduledExecutorService scheduler) {
        this.scheduler = scheduler;
        Gauge.builder("rodin.token.age", tokens, held -> seconds(held.tokenAge()))
                .description("Time since the API key in use was first read")
                .baseUnit("seconds")
                .strongReference(true)
                .register(meters);
        if (tokens.canChange()) {
            long period = config.rereadEvery().toNanos();
            ScheduledFuture<?> unused =
                    scheduler.scheduleWithFixedDelay(() -> refresh(tokens), period, period, TimeUnit.NANOSECONDS);
        }
    }

    /** Lets a read in progress end: an interrupted one would be logged as a file that cannot be read. */
    @PreDestroy
    void stop() {
        scheduler.shutdown();
    }

    /** Catches all exceptions, because the scheduler drops a task that throws. */
    private static void refresh(TokenStore tokens) {
        try {
            tokens.refresh();
        } catch (RuntimeException e) {
            LOG.error("Reading RODIN_API_KEY_FILE again failed unexpectedly", e);
        }
    }

    /**
     * Logs which key is in use once the gateway has started: where it cannot start, there is one line that says why and no
     * other. Polls, because there is no event for the moment at which all ports are open.
     */
    void logKeyInUse(@Observes StartupEvent event, Vertx vertx, TokenStore tokens) {
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

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "token-reloader");
        thread.setDaemon(true);
        return thread;
    }
}
