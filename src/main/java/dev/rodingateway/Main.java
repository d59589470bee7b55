package dev.rodingateway;

import dev.rodingateway.settings.InvalidSetting;
import dev.rodingateway.settings.StartupErrorMessage;
import dev.rodingateway.settings.Tracing;
import dev.rodingateway.settings.TrueOrFalse;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the gateway; where it cannot start, says why in one line and ends with exit code 1. */
@QuarkusMain
public final class Main {

    private Main() {}

    public static void main(String... args) {
        // The server would refuse a path that is no URI with an empty 400; ours is a problem document (api.RawPath).
        System.setProperty("vertx.disableURIValidation", "true");
        try {
            TrueOrFalse.check("QUARKUS_LOG_CONSOLE_JSON_ENABLED", System.getenv());
            // Without an endpoint there is no tracer, and a look-up passes none.
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
