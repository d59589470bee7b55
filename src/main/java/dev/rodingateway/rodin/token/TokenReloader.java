package dev.rodingateway.rodin.token;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Keeps the API key up to date with its file, and shows its age. It reads the file time and again rather than wait for
 * the file system to tell of a change: not every one tells when a link on the way to the file is swapped.
 */
@Startup
@Singleton
final class TokenReloader {

    private static final Logger LOG = Logger.getLogger(TokenReloader.class);

    private final ScheduledExecutorService scheduler;

    @Inject
    TokenReloader(TokenStore tokens, TokenConfig config, MeterRegistry meters) {
        this(tokens, config, meters, Executors.newSingleThreadScheduledExecutor(TokenReloader::daemon));
    }

    /**
     * Creates a reloader; it reads nothing before it is started.
     *
     * @param scheduler reads the file; its owner is this watch, which ends it
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

    /** Lets a reading that is under way end: one that is interrupted would be logged as a file that cannot be read. */
    @PreDestroy
    void stop() {
        scheduler.shutdown();
    }

    /** A reading that throws must not be the last: the scheduler drops a task that does. */
    private static void refresh(TokenStore tokens) {
        try {
            tokens.refresh();
        } catch (RuntimeException e) {
            LOG.error("Reading RODIN_API_KEY_FILE again ended in an unexpected failure", e);
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "token-watch");
        thread.setDaemon(true);
        return thread;
    }
}
