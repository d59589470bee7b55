package dev.rodingateway.settings;

import java.util.Locale;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads {@code true} or {@code false}; the library's own reader takes a word that it does not know for false. */
public final class TrueOrFalse implements Converter<Boolean> {

    private static final long serialVersionUID = 1L;

    @Override
    public Boolean convert(String value) {
        return switch (value.trim().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false is expected");
        };
    }
}
