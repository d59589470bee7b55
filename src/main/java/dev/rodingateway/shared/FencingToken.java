package dev.rodingateway.shared;

/**
 * Orders the checks of all replicas: of two results for one task, the one with the higher token is the newer. Issued by
 * the store at the start of a check, as the larger of the store's time in microseconds and one more than the token
 * before. Tokens therefore continue to increase after the store has lost its data, and are comparable to those issued
 * locally, from the estimated time of the store, while it is unavailable.
 *
 * @param value not negative and exactly representable as a double
 */
public record FencingToken(long value) implements Comparable<FencingToken> {

    /** Lower than every token that is issued; means that no check is known. */
    public static final FencingToken NONE = new FencingToken(0);

    private static final long LARGEST = 1L << 53;

    public FencingToken {
        if (value < 0 || value > LARGEST) {
            throw new IllegalArgumentException("a token is from 0 to 2^53");
        }
    }

    @Override
    public int compareTo(FencingToken other) {
        return Long.compare(value, other.value);
    }

    /** Returns whether this check began after the other. */
    public boolean isNewerThan(FencingToken other) {
        return value > other.value;
    }
}
