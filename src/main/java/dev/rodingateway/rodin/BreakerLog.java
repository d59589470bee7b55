package dev.rodingateway.rodin;

import io.smallrye.faulttolerance.api.CircuitBreakerState;
import org.jboss.logging.Logger;

/** Logs what the breaker does, once each in an outage, in which it opens anew with each trial that fails. */
final class BreakerLog {

    private static final Logger LOG = Logger.getLogger(Breaker.class);

    private boolean outage;
    private boolean tried;

    /** Takes note of the state that the breaker has changed to. */
    synchronized void changed(CircuitBreakerState now) {
        switch (now) {
            case OPEN -> opened();
            case HALF_OPEN -> halfOpened();
            case CLOSED -> closed();
        }
    }

    private void opened() {
        if (!outage) {
            LOG.warn("Rodin fails: the breaker is open. Until Rodin recovers, what is known is served stale.");
        }
        outage = true;
    }

    private void halfOpened() {
        if (!tried) {
            LOG.info("The breaker is half open: one call every few seconds finds out whether Rodin has recovered.");
        }
        tried = true;
    }

    private void closed() {
        LOG.info("Rodin has recovered: the breaker is closed.");
        outage = false;
        tried = false;
    }
}
