package dev.rodingateway.rodin.token;

import dev.rodingateway.settings.InvalidSetting;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The gateway's own API key for Rodin. It prints as stars.
 *
 * @param value the key itself: visible ASCII without blanks, as a header can carry it
 */
public record BearerToken(String value) {

    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException when the value is empty or holds anything but visible ASCII
     */
    public BearerToken {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("is empty");
        }
        if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("holds a blank, a control character or a character outside ASCII");
        }
    }

    /**
     * Returns the key in the value of a setting, without trailing blanks and line ends.
     *
     * @throws InvalidSetting when there is none; the message begins with the setting's name and does not quote the value
     */
    static BearerToken parse(String setting, String text) {
        try {
            return new BearerToken(text.stripTrailing());
        } catch (IllegalArgumentException e) {
            throw new InvalidSetting(setting + " " + e.getMessage() + ": Rodin's API key, one line, is expected.");
        }
    }

    /** Returns the value of the {@code Authorization} header. */
    public String authorization() {
        return "Bearer " + value;
    }

    /** Returns the first 8 hex digits of the value's SHA-256: enough to distinguish keys, too few to recover one. */
    public String fingerprint() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "BearerToken[***]";
    }
}
