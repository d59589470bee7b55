package dev.rodingateway.shared.redis;

import dev.rodingateway.settings.InvalidSetting;
import dev.rodingateway.shared.StoreUnavailable;
import io.vertx.redis.client.impl.types.ErrorType;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Describes failures of the store without their messages, which may contain addresses, credentials and values. */
final class Failures {

    private static final Pattern ERROR_CODE = Pattern.compile("[A-Z]{2,20}(?= )");

    private Failures() {}

    /** Returns whether the server does not know the script yet. */
    static boolean isUnknownScript(Throwable failure) {
        return describe(failure).equals("error NOSCRIPT");
    }

    /** Returns a short description for a log line. */
    static String describe(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return "no reply in time";
        }
        if (failure instanceof StoreUnavailable || failure instanceof InvalidSetting) {
            return String.valueOf(failure.getMessage());
        }
        if (failure instanceof ErrorType) {
            Matcher code = ERROR_CODE.matcher(String.valueOf(failure.getMessage()));
            return code.lookingAt() ? "error " + code.group() : "error";
        }
        if (failure instanceof ConnectException) {
            return "cannot connect";
        }
        return failure.getClass().getSimpleName();
    }

    /** Returns the label {@code result} of metrics. */
    static String label(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return "timeout";
        }
        return failure instanceof ErrorType ? "error" : "failed";
    }
}
