package dev.rodingateway.task;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names one task at Rodin, where it is called {@code subscription_key}: 1 to {@value #MAX_LENGTH} characters of
 * {@code [A-Za-z0-9._~-]}. Whoever holds it can read the task, so it is a secret: it prints as a fingerprint.
 *
 * @param value the key itself; for the request to Rodin and for nothing else
 */
public record TaskKey(String value) {

    /** The most characters a key can have. */
    public static final int MAX_LENGTH = 2048;

    private static final int FINGERPRINT_BYTES = 6;

    /**
     * @throws LookupFailure of kind {@link LookupFailure.Kind#INVALID_KEY} when the value is empty, too long or holds a
     *     character outside the alphabet
     */
    public TaskKey {
        if (value.isEmpty() || value.length() > MAX_LENGTH || !value.chars().allMatch(TaskKey::isAllowed)) {
            throw LookupFailure.of(LookupFailure.Kind.INVALID_KEY);
        }
    }

    /** Returns 12 hexadecimal digits that tell this key from another in a log without giving it away. */
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

    private static boolean isAllowed(int c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '~'
                || c == '-';
    }
}
