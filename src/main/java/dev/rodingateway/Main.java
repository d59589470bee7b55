package dev.rodingateway;

import dev.rodingateway.settings.InvalidSetting;
import dev.rodingateway.settings.StartupErrorMessage;
import dev.rodingateway.settings.Tracing;
import dev.rodingateway.settings.TrueOrFalse;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the gateway; if it cannot start, prints why in one line and exits with code 1. */
@QuarkusMain
public final class Main {

    private Main() {}

    public static void main(String... args) {
        // The server would reject a path that is not a URI with an empty 400; the gateway sends a problem
        // (api.edge.RawPath).
        System.setProperty("vertx.disableURIValidation", "true");
        try {
            TrueOrFalse.check("QUARKUS_LOG_CONSOLE_JSON_ENABLED", System.getenv());
            // Without an endpoint, look-ups do not pay for tracing.
            System.setProperty("quarkus.otel.sdk.disabled", String.valueOf(!Tracing.wanted(System.getenv())));
            Quarkus.run(null, Main::exit, args);
        } catch (InvalidSetting | ExceptionInInitializerError e) {
            exit(1, e);
        }
    }

    private static void exit(Integer code, Throwable failure) {
        if (failure != null) {
            System.err.println(StartupErrorMessage.describe(failure, System.getenv()));
        }
        System.exit(code);
    }
}
