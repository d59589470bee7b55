package dev.rodingateway.task;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The key of a task, which Rodin calls {@code subscription_key}: 1 to {@value #MAX_LENGTH} characters of
 * {@code [A-Za-z0-9._~-]}. It grants access to the task, so it is a secret: {@code toString} returns a fingerprint.
 *
 * @param value the key itself, to be sent to Rodin only
 */
public record TaskKey(String value) {

    /** The maximum length of a key. */
    public static final int MAX_LENGTH = 2048;

    private static final int FINGERPRINT_BYTES = 6;
    private static final boolean[] ALPHABET = alphabet();

    /**
     * Checks the value.
     *
     * @throws LookupFailure of kind {@link LookupFailure.Kind#INVALID_KEY} when the value is empty, too long or holds a
     *     character outside the alphabet
     */
    public TaskKey {
        if (value.isEmpty() || value.length() > MAX_LENGTH || !isOfAlphabet(value)) {
            throw LookupFailure.of(LookupFailure.Kind.INVALID_KEY);
        }
    }

    /** Returns 12 hexadecimal digits that identify this key in a log without revealing it. */
    public String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest, 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "TaskKey[" + fingerprint() + "]";
    }

    /** A loop over a table is several times as fast as a regular expression, and runs for each request. */
    private static boolean isOfAlphabet(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= ALPHABET.length || !ALPHABET[c]) {
                return false;
            }
        }
        return true;
    }

    private static boolean[] alphabet() {
        boolean[] allowed = new boolean[128];
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-"
                .chars()
                .forEach(c -> allowed[c] = true);
        return allowed;
    }
}
