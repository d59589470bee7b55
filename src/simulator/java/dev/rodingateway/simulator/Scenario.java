package dev.rodingateway.simulator;

import java.util.Locale;
import java.util.Optional;

/**
 * The behaviour of the simulator for keys that name a scenario. The {@link #key()} of a scenario may be followed by
 * {@code -anything}, so that there can be several tasks with the same scenario; a key that starts with {@code demo}
 * needs no hyphen.
 */
public enum Scenario {
    DEMO("a healthy task of three jobs; demo-2, demo-3, ... are further tasks"),
    FAILED("ends with every job Failed"),
    PARTIAL("ends with two jobs Done and one Failed"),
    CANCELED("ends with every job Canceled"),
    UNKNOWN_WORD("one job stays at Packing while another one progresses"),
    NO_SUCH_TASK("201, but Rodin does not know the task"),
    THROTTLED("429 with Retry-After: 7"),
    SLOW("a healthy task, answered after 3 s"),
    HANG("never answers"),
    BROKEN("502 with a page of HTML"),
    GARBAGE("201 with half a JSON document"),
    CREDENTIALS_REFUSED("401, whatever the API key"),
    NO_FUNDS("201, but the account has run out of funds"),
    EMPTY("201 with an empty list of jobs");

    private static final Scenario[] ALL = values();

    private final String key;
    private final String description;

    Scenario(String description) {
        this.key = name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.description = description;
    }

    /** Returns the scenario that a key names, or empty if it names none. */
    public static Optional<Scenario> named(String key) {
        for (Scenario scenario : ALL) {
            if (scenario.isNamedBy(key)) {
                return Optional.of(scenario);
            }
        }
        return Optional.empty();
    }

    /** Returns the shortest key that plays this scenario, such as {@code no-such-task}. */
    public String key() {
        return key;
    }

    /** Returns a one-line description, without a full stop, of what a caller sees. */
    public String description() {
        return description;
    }

    private boolean isNamedBy(String candidate) {
        return candidate.startsWith(key)
                && (this == DEMO || candidate.length() == key.length() || candidate.charAt(key.length()) == '-');
    }
}
