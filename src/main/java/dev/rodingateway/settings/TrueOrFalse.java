package dev.rodingateway.settings;

import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads {@code true} or {@code false}; the library's own converter takes an unknown word for false. */
public final class TrueOrFalse implements Converter<Boolean> {

    private static final long serialVersionUID = 1L;

    /**
     * Validates a switch of the framework, which itself takes an unknown word for false and does not name the switch.
     *
     * @throws InvalidSetting when it is set to anything but true or false
     */
    public static void check(String setting, Map<String, String> environment) {
        String value = environment.getOrDefault(setting, "false");
        try {
            Boolean unused = new TrueOrFalse().convert(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidSetting(setting + " has a value that cannot be used: " + e.getMessage() + ".");
        }
    }

    @Override
    public Boolean convert(String value) {
        return switch (value.trim().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false is expected");
        };
    }
}
