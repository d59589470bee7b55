package dev.rodingateway.rodin;

/**
 * The gateway's own API key at Rodin. It prints as stars.
 *
 * @param value the key itself: visible ASCII without blanks, as a header can carry it
 */
record BearerToken(String value) {

    /** @throws IllegalArgumentException when the value is empty or holds anything but visible ASCII */
    BearerToken {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("is empty");
        }
        if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("holds a blank, a control character or a character outside ASCII");
        }
    }

    /** Returns the value of the {@code Authorization} header. */
    String authorization() {
        return "Bearer " + value;
    }

    @Override
    public String toString() {
        return "BearerToken[***]";
    }
}
