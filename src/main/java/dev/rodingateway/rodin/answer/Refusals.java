package dev.rodingateway.rodin.answer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rodingateway.task.LookupFailure;
import dev.rodingateway.task.LookupFailure.Kind;
import org.jspecify.annotations.Nullable;

/** Classifies Rodin's refusals by the code in {@code error}, or by HTTP status where the code is not known. */
public final class Refusals {

    private Refusals() {}

    /**
     * Returns the failure that the member {@code error} means, or null if it is not a refusal: absent, null, blank,
     * {@code false} or {@code "OK"}.
     */
    public static @Nullable LookupFailure find(JsonNode error, int httpStatus) {
        if (!error.isTextual()) {
            boolean accepted = error.isMissingNode() || error.isNull() || (error.isBoolean() && !error.booleanValue());
            return accepted ? null : LookupFailure.of(byHttpStatus(httpStatus));
        }
        String code = error.textValue().strip();
        if (code.isEmpty() || code.equalsIgnoreCase("OK")) {
            return null;
        }
        return LookupFailure.of(byCode(code, httpStatus)).withUpstreamCode(code);
    }

    /** Returns what an HTTP status other than success means by itself. */
    static Kind byHttpStatus(int httpStatus) {
        return switch (httpStatus) {
            case 401, 403 -> Kind.UPSTREAM_CREDENTIALS;
            case 404 -> Kind.TASK_NOT_FOUND;
            default -> Kind.UPSTREAM_ERROR;
        };
    }

    private static Kind byCode(String code, int httpStatus) {
        return switch (code) {
            case "NO_SUCH_TASK" -> Kind.TASK_NOT_FOUND;
            case "INVALID_REQUEST" -> Kind.INVALID_KEY;
            case "UNAUTHORIZED", "USER_NOT_FOUND", "GROUP_NOT_FOUND", "PERMISSION_DENIED" -> Kind.UPSTREAM_CREDENTIALS;
            case "INSUFFICIENT_FUND",
                    "INSUFFICIENT_FUNDS",
                    "NO_ACTIVE_SUBSCRIPTION",
                    "SUBSCRIPTION_PLAN_TOO_LOW",
                    "API_INSUFFICIENT_FUND",
                    "API_INSUFFICIENT_FUNDS",
                    "API_NO_ACTIVE_SUBSCRIPTION",
                    "API_SUBSCRIPTION_PLAN_TOO_LOW" -> Kind.UPSTREAM_ACCOUNT;
            default -> byHttpStatus(httpStatus);
        };
    }
}
