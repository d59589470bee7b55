package dev.rodingateway.api.response;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Entity tags: made of what is served, so that they are the same on every replica. */
public final class EntityTags {

    /** 96 bits: no two statuses of one task will ever share a tag. */
    private static final int BYTES = 12;

    /** Not in the alphabet of the other tags. */
    private static final String STALE = ".s";

    private static final Pattern TAG = Pattern.compile("(?:W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*)\"");

    private EntityTags() {}

    /** Returns the opaque part of the tag of what is served as these bytes. */
    public static String opaque(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns the opaque part of the tag of the same content served stale. */
    static String stale(String opaque) {
        return opaque + STALE;
    }

    /** Returns the header {@code ETag}. */
    static String weak(String opaque) {
        return "W/\"" + opaque + "\"";
    }

    /**
     * Returns whether a tag is among those of {@code If-None-Match}, strong or weak. What is no tag is passed over.
     *
     * @param headers the header's values; none matches none
     */
    public static boolean matches(List<String> headers, String opaque) {
        for (String header : headers) {
            if (isJust(header, opaque) || header.trim().equals("*")) {
                return true;
            }
            for (Matcher tag = TAG.matcher(header); tag.find(); ) {
                if (tag.group(1).equals(opaque)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns whether the header is this weak tag and nothing else, as it is from those who send what they were sent. */
    private static boolean isJust(String header, String opaque) {
        return header.length() == opaque.length() + 4
                && header.startsWith("W/\"")
                && header.startsWith(opaque, 3)
                && header.endsWith("\"");
    }
}
