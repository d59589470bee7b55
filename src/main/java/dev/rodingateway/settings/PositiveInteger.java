package dev.rodingateway.settings;

import org.eclipse.microprofile.config.spi.Converter;

/** Reads a whole number from 1 to {@link Integer#MAX_VALUE}. */
public final class PositiveInteger implements Converter<Integer> {

    private static final long serialVersionUID = 1L;

    @Override
    public Integer convert(String value) {
        return convert(value, Integer.MAX_VALUE);
    }

    private static int convert(String value, int max) {
        String allowed = "a whole number from 1 to " + max + " is expected";
        int number;
        try {
            number = Integer.parseInt(value.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(allowed, e);
        }
        if (number < 1 || number > max) {
            throw new IllegalArgumentException(allowed);
        }
        return number;
    }

    /** Reads a whole number from 1 to 100,000. */
    public static final class UpTo100000 implements Converter<Integer> {

        private static final long serialVersionUID = 1L;

        @Override
        public Integer convert(String value) {
            return PositiveInteger.convert(value, 100_000);
        }
    }
}
