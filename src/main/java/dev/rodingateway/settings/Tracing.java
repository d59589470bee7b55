package dev.rodingateway.settings;

import java.util.Map;

/**
 * Decides by OpenTelemetry's own environment variables whether to trace. Checks the one of them whose invalid values the
 * framework reports without its name; what it says about the others is in {@link FrameworkFailure}.
 */
public final class Tracing {

    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static final String RATIO = "OTEL_TRACES_SAMPLER_ARG";

    private Tracing() {}

    /**
     * Returns whether there is an endpoint to send traces to.
     *
     * @throws InvalidSetting when there is one, and the sampling ratio is not a number from 0 to 1
     */
    public static boolean wanted(Map<String, String> environment) {
        boolean wanted = !environment.getOrDefault(ENDPOINT, "").isBlank();
        String ratio = environment.getOrDefault(RATIO, "").strip();
        if (wanted && !ratio.isEmpty() && !isRatio(ratio)) {
            throw new InvalidSetting(RATIO + " has a value that cannot be used: a number from 0 to 1 is expected.");
        }
        return wanted;
    }

    private static boolean isRatio(String text) {
        try {
            double ratio = Double.parseDouble(text);
            return ratio >= 0 && ratio <= 1;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
