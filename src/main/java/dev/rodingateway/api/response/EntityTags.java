package dev.rodingateway.api.response;

import io.vertx.core.http.HttpHeaders;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Entity tags, derived from the content, so that they are the same on every replica. */
public final class EntityTags {

    /** 96 bits, so that no two statuses of one task share a tag. */
    private static final int BYTES = 12;

    /** Contains a character that is not in the alphabet of fresh tags. */
    private static final String STALE = ".s";

    private static final String WEAK = "W/\"";
    private static final Pattern TAG = Pattern.compile("(?:W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*)\"");

    private EntityTags() {}

    /** Returns the opaque part of the tag of this content. */
    public static String opaque(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns the opaque part of the tag of the same content when it is stale. */
    static String stale(String opaque) {
        return opaque + STALE;
    }

    /** Returns the header {@code ETag}. */
    static CharSequence weak(String opaque) {
        return HttpHeaders.createOptimized(WEAK + opaque + '"');
    }

    /** Returns the opaque part of a header made by {@link #weak}. */
    static String opaqueOf(CharSequence weak) {
        return weak.subSequence(WEAK.length(), weak.length() - 1).toString();
    }

    /**
     * Returns whether a tag is among those of {@code If-None-Match}, strong or weak. Anything else in the header is ignored.
     *
     * @param headers the header's values; none matches none
     */
    public static boolean matches(List<String> headers, String opaque) {
        for (String header : headers) {
            if (header.trim().equals("*")) {
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
}
