package dev.rodingateway.rodin.breaker;

import io.smallrye.faulttolerance.api.CircuitBreakerState;
import org.jboss.logging.Logger;

/** Logs state changes of the circuit breaker, each once per outage, in which it opens again after each trial that fails. */
final class BreakerLog {

    private static final Logger LOG = Logger.getLogger(CircuitBreaker.class);

    private boolean outage;
    private boolean tried;

    /** Records the new state of the circuit breaker. */
    void changed(CircuitBreakerState now) {
        if (isNew(now)) {
            log(now);
        }
    }

    private synchronized boolean isNew(CircuitBreakerState now) {
        boolean known =
                switch (now) {
                    case OPEN -> outage;
                    case HALF_OPEN -> tried;
                    case CLOSED -> false;
                };
        outage = now != CircuitBreakerState.CLOSED && (outage || now == CircuitBreakerState.OPEN);
        tried = now != CircuitBreakerState.CLOSED && (tried || now == CircuitBreakerState.HALF_OPEN);
        return !known;
    }

    private static void log(CircuitBreakerState now) {
        switch (now) {
            case OPEN ->
                LOG.warn("Rodin fails: the breaker is open. Until Rodin recovers, what is known is served stale.");
            case HALF_OPEN ->
                LOG.info("The breaker is half open: one call every few seconds finds out whether Rodin has recovered.");
            case CLOSED -> LOG.info("Rodin has recovered: the breaker is closed.");
        }
    }
}
