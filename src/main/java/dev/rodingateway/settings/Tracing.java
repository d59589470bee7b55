package dev.rodingateway.settings;

import java.util.List;
import java.util.Map;

/**
 * OpenTelemetry's own environment variables, as far as the gateway reads them, checked before the framework does: what it
 * cannot use ends it in a stack trace.
 */
public final class Tracing {

    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static final String PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private static final String SHARE = "OTEL_TRACES_SAMPLER_ARG";

    private static final List<String> PROTOCOLS = List.of("grpc", "http/protobuf");

    private Tracing() {}

    /**
     * Returns whether there is somewhere to send traces to.
     *
     * @throws InvalidSetting when there is, and one of the settings cannot be used
     */
    public static boolean wanted(Map<String, String> environment) {
        String endpoint = setting(environment, ENDPOINT);
        if (endpoint.isEmpty()) {
            return false;
        }
        checkEndpoint(endpoint);
        checkProtocol(setting(environment, PROTOCOL));
        checkShare(setting(environment, SHARE));
        return true;
    }

    private static void checkEndpoint(String value) {
        try {
            new BaseUrl().convert(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidSetting(ENDPOINT + " has a value that cannot be used: an http or https URL without user,"
                    + " query or fragment, such as http://collector:4317, is expected.");
        }
    }

    private static void checkProtocol(String value) {
        if (!value.isEmpty() && !PROTOCOLS.contains(value)) {
            throw new InvalidSetting(PROTOCOL + " has a value that cannot be used: grpc or http/protobuf is expected.");
        }
    }

    private static void checkShare(String value) {
        if (!value.isEmpty() && !isShare(value)) {
            throw new InvalidSetting(SHARE + " has a value that cannot be used: a number from 0 to 1 is expected.");
        }
    }

    private static boolean isShare(String value) {
        try {
            double share = Double.parseDouble(value);
            return share >= 0 && share <= 1;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String setting(Map<String, String> environment, String name) {
        return environment.getOrDefault(name, "").strip();
    }
}
