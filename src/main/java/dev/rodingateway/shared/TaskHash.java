package dev.rodingateway.shared;

import dev.rodingateway.task.TaskKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Identifies a task in the shared store without revealing its key.
 *
 * @param value the SHA-256 of the key in base64url without padding, 43 characters
 */
public record TaskHash(String value) {

    private static final Pattern FORMAT = Pattern.compile("[A-Za-z0-9_-]{43}");

    public TaskHash {
        if (!FORMAT.matcher(value).matches()) {
            throw new IllegalArgumentException("a SHA-256 in base64url is expected");
        }
    }

    /** Returns the hash of a key. */
    public static TaskHash of(TaskKey key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(key.value().getBytes(StandardCharsets.US_ASCII));
            return new TaskHash(Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
