package dev.rodingateway.rodin;

import java.time.Duration;

/** What a check is for; each purpose has a share of the budget that the other cannot take. */
public enum RequestClass {
    /** The first check of a key that is not known: nothing can be answered without it. */
    FIRST(Duration.ofSeconds(2)),
    /** The refresh of a status that is known. */
    REFRESH(Duration.ofSeconds(10));

    private final Duration patience;

    RequestClass(Duration patience) {
        this.patience = patience;
    }

    /** Returns the longest that a check waits for its turn. */
    public Duration patience() {
        return patience;
    }
}
