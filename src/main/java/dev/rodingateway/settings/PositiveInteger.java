package dev.rodingateway.settings;

import org.eclipse.microprofile.config.spi.Converter;

/** Reads a whole number from 1 to {@link Integer#MAX_VALUE}. */
public final class PositiveInteger implements Converter<Integer> {

    private static final long serialVersionUID = 1L;
    private static final String ALLOWED = "a whole number from 1 to " + Integer.MAX_VALUE + " is expected";

    @Override
    public Integer convert(String value) {
        int number;
        try {
            number = Integer.parseInt(value.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(ALLOWED, e);
        }
        if (number < 1) {
            throw new IllegalArgumentException(ALLOWED);
        }
        return number;
    }
}
