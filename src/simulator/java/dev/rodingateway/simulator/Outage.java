package dev.rodingateway.simulator;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The kinds of outages of Rodin as a whole. */
enum Outage {
    OFF,
    /** Every check is answered with a 502. */
    REFUSE_502,
    /** No check is answered. */
    HANG,
    /** Every check has its connection closed. */
    RESET;

    /** Returns the outage with this name, such as {@code refuse-502}. */
    static Optional<Outage> named(String name) {
        return Stream.of(values()).filter(outage -> outage.label().equals(name)).findFirst();
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
