package dev.rodingateway.api;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the preference {@code wait} of RFC 7240 from the header {@code Prefer}. */
final class WaitPreference {

    /** Cut to this, so that an answer is there before the usual 60 s of a proxy are over. */
    static final int LONGEST_SECONDS = 55;

    /** A preference or one of its parameters, or what parts them. */
    private static final Pattern PART =
            Pattern.compile("([^\\s=,;\"]+)(?:\\s*+=\\s*+(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,;\"]*+)))?|[,;]");

    private static final Pattern SECONDS = Pattern.compile("0*([1-9][0-9]*)");

    private WaitPreference() {}

    /**
     * Returns how long to wait at the most, from 1 to {@value #LONGEST_SECONDS} s, or null if that is not asked for. The
     * first {@code wait} counts; one that cannot be read is as if it were not there, as the RFC has it.
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
