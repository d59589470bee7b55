package dev.rodingateway.settings;

import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads a duration longer than zero and no longer than a year, such as {@code 500ms}, {@code 5s} or {@code 24h}. */
public final class PositiveDuration implements Converter<Duration> {

    private static final long serialVersionUID = 1L;
    private static final String ALLOWED =
            "a duration longer than zero and no longer than 365d, such as 500ms, 5s, 10m or 24h, is expected";
    private static final Duration LONGEST = Duration.ofDays(365);

    @Override
    public Duration convert(String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(ALLOWED);
        }
        Duration duration;
        try {
            duration = DurationConverter.parseDuration(value.trim());
        } catch (DateTimeParseException | IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(ALLOWED, e);
        }
        if (duration.isZero() || duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(ALLOWED);
        }
        return duration;
    }
}
