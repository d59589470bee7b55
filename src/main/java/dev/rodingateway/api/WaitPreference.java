package dev.rodingateway.api;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses the preference {@code wait} (RFC 7240) of the header {@code Prefer}. */
final class WaitPreference {

    /** The maximum, so that a response is sent before the usual 60 s timeout of a proxy. */
    static final int LONGEST_SECONDS = 55;

    /** A preference, a parameter of one, or a separator. */
    private static final Pattern PART =
            Pattern.compile("([^\\s=,;\"]+)(?:\\s*+=\\s*+(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,;\"]*+)))?|[,;]");

    private static final Pattern SECONDS = Pattern.compile("0*([1-9][0-9]*)");

    private WaitPreference() {}

    /**
     * Returns the maximum time to wait, from 1 to {@value #LONGEST_SECONDS} s, or null if no valid one is requested. The
     * first {@code wait} counts; an invalid value is ignored, as the RFC requires.
     */
    static @Nullable Duration of(List<String> headers) {
        for (String header : headers) {
            boolean preference = true;
            for (Matcher part = PART.matcher(header); part.find(); ) {
                String name = part.group(1);
                if (name == null) {
                    preference = part.group().equals(",");
                } else if (preference && name.equalsIgnoreCase("wait")) {
                    return seconds(part.group(2) != null ? part.group(2) : part.group(3));
                } else {
                    preference = false;
                }
            }
        }
        return null;
    }

    private static @Nullable Duration seconds(@Nullable String text) {
        Matcher number = SECONDS.matcher(text == null ? "" : text);
        if (!number.matches()) {
            return null;
        }
        String digits = number.group(1);
        int seconds = digits.length() > 2 ? LONGEST_SECONDS : Integer.parseInt(digits);
        return Duration.ofSeconds(Math.min(LONGEST_SECONDS, seconds));
    }
}
