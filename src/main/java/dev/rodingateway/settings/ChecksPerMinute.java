package dev.rodingateway.settings;

import org.eclipse.microprofile.config.spi.Converter;

/** Reads a whole number from 1 to 100,000. */
public final class ChecksPerMinute implements Converter<Integer> {

    private static final long serialVersionUID = 1L;
    private static final int MOST = 100_000;
    private static final String ALLOWED = "a whole number from 1 to " + MOST + " is expected";

    @Override
    public Integer convert(String value) {
        int number;
        try {
            number = Integer.parseInt(value.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(ALLOWED, e);
        }
        if (number < 1 || number > MOST) {
            throw new IllegalArgumentException(ALLOWED);
        }
        return number;
    }
}
