package dev.rodingateway.rodin;

import java.time.Duration;

/** What a check is for; each class has a share of the budget that the other cannot take. */
public enum RequestClass {
    /** The first check of a task without a known status: no response is possible without it. */
    FIRST(Duration.ofSeconds(2)),
    /** The refresh of a known status. */
    REFRESH(Duration.ofSeconds(10));

    private final Duration patience;

    RequestClass(Duration patience) {
        this.patience = patience;
    }

    /** Returns the longest that a check waits for a permit. */
    public Duration patience() {
        return patience;
    }
}
