package dev.rodingateway.simulator;


/** The final status of a simulated job. */
enum Fate {
    DONE("Done"),
    FAILED("Failed"),
    CANCELED("Canceled"),
    /** The job never ends and has a status that is not documented. */
    STUCK("Packing");

    private final String word;

    Fate(String word) {
        this.word = word;
    }

    /** Returns the status as Rodin sends it. */
    String word() {
        return word;
    }
}
