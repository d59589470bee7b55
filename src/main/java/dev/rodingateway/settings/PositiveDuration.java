package dev.rodingateway.settings;

import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads a duration longer than zero and no longer than a year, such as {@code 500ms}, {@code 5s} or {@code 24h}. */
public final class PositiveDuration implements Converter<Duration> {

    private static final long serialVersionUID = 1L;

    @Override
    public Duration convert(String value) {
        return convert(
                value,
                Duration.ofNanos(1),
                Duration.ofDays(365),
                "a duration longer than zero and no longer than 365d, such as 500ms, 5s, 10m or 24h, is expected");
    }

    private static Duration convert(String value, Duration min, Duration max, String allowed) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(allowed);
        }
        Duration duration;
        try {
            duration = DurationConverter.parseDuration(value.trim());
        } catch (DateTimeParseException | IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(allowed, e);
        }
        if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
            throw new IllegalArgumentException(allowed);
        }
        return duration;
    }

    /** Reads a time limit from {@code 10ms} to {@code 10m}. */
    public static final class TimeLimit implements Converter<Duration> {

        private static final long serialVersionUID = 1L;

        @Override
        public Duration convert(String value) {
            return PositiveDuration.convert(
                    value,
                    Duration.ofMillis(10),
                    Duration.ofMinutes(10),
                    "a duration from 10ms to 10m, such as 500ms, 5s or 1m, is expected");
        }
    }
}
