package dev.rodingateway.rodin.answer;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses {@code Retry-After} (RFC 9110, section 10.2.3): seconds, or a date in any of the three formats of HTTP. */
public final class RetryAfter {

    /** The delay when the header is absent or cannot be parsed. */
    public static final Duration DEFAULT = Duration.ofSeconds(10);

    /** The lower limit: where clocks differ, a date may have passed before it is read. */
    static final Duration MIN = Duration.ofSeconds(1);

    /** The upper limit: a mistake of Rodin's must not stop all checks for a day. */
    static final Duration MAX = Duration.ofMinutes(5);

    private static final Pattern SECONDS = Pattern.compile("[0-9]+");
    private static final DateTimeFormatter ASCTIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.US).withZone(ZoneOffset.UTC);

    private RetryAfter() {}

    /** Returns how long to wait from now, between {@link #MIN} and {@link #MAX}; {@link #DEFAULT} without a valid header. */
    static Duration delay(@Nullable String header, InstantSource clock) {
        Duration parsed = parse(header, clock);
        return parsed == null ? DEFAULT : parsed;
    }

    /** Returns how long to wait from now, between {@link #MIN} and {@link #MAX}, or null without a valid header. */
    static @Nullable Duration parse(@Nullable String header, InstantSource clock) {
        if (header == null) {
            return null;
        }
        String text = header.strip();
        if (SECONDS.matcher(text).matches()) {
            BigInteger seconds = new BigInteger(text).min(BigInteger.valueOf(MAX.toSeconds()));
            return clamp(Duration.ofSeconds(seconds.longValue()));
        }
        Instant now = clock.instant();
        Instant date = date(text, now);
        return date == null ? null : clamp(Duration.between(now, date));
    }

    private static @Nullable Instant date(String text, Instant now) {
        for (DateTimeFormatter format : List.of(DateTimeFormatter.RFC_1123_DATE_TIME, rfc850(now), ASCTIME)) {
            try {
                return format.parse(text, Instant::from);
            } catch (DateTimeException e) {
                // Not this format; try the next one.
            }
        }
        return null;
    }

    /** Returns the obsolete format with a two-digit year, never more than 50 years ahead. */
    private static DateTimeFormatter rfc850(Instant now) {
        int firstYear = now.atOffset(ZoneOffset.UTC).getYear() - 49;
        return new DateTimeFormatterBuilder()
                .appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, firstYear)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.US)
                .withZone(ZoneOffset.UTC);
    }

    private static Duration clamp(Duration delay) {
        if (delay.compareTo(MIN) < 0) {
            return MIN;
        }
        return delay.compareTo(MAX) > 0 ? MAX : delay;
    }
}
