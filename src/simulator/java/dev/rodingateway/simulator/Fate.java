package dev.rodingateway.simulator;


/** What becomes of a job in the end. */
enum Fate {
    DONE("Done"),
    FAILED("Failed"),
    CANCELED("Canceled"),
    /** It never moves and says a word that is not documented. */
    STUCK("Packing");

    private final String word;

    Fate(String word) {
        this.word = word;
    }

    /** Returns Rodin's word for it. */
    String word() {
        return word;
    }
}
