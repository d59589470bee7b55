package dev.rodingateway.settings;

import java.time.Duration;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads a time limit from {@code 10ms} to {@code 10m}. */
public final class TimeLimit implements Converter<Duration> {

    private static final long serialVersionUID = 1L;
    private static final String ALLOWED = "a duration from 10ms to 10m, such as 500ms, 5s or 1m, is expected";

    @Override
    public Duration convert(String value) {
        try {
            Duration limit = new PositiveDuration().convert(value);
            if (limit.compareTo(Duration.ofMillis(10)) >= 0 && limit.compareTo(Duration.ofMinutes(10)) <= 0) {
                return limit;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(ALLOWED, e);
        }
        throw new IllegalArgumentException(ALLOWED);
    }
}
